// What a loader's sentence says about the places of a board: which entry of the map lies where an image has no memory to go
// to, and where RAM is.
//
//     const auto kernel = place_raw(machine, "Image", bytes, at(0x1000'0000), BoardAdvice<B>(ram));
//     // "Image goes to …, but there is no memory at 0x10000000; uart0 lies there, and RAM is [0x80000000, 0x88000000)"
#pragma once

#include <string_view>

#include <wirewrap/base/address.hpp>
#include <wirewrap/base/interval.hpp>
#include <wirewrap/base/text.hpp>
#include <wirewrap/board/traits.hpp>

namespace wirewrap {

/// The advice for images that should go to a machine of board `B`, whose RAM is `ram`.
template <class B>
class BoardAdvice {
public:
    explicit BoardAdvice(Interval ram) : ram_(ram) {}

    Text none_at(GuestAddress address) const {
        return sentence(what_lies_at(address), ", and RAM is ", ram_, ": link or load it there");
    }
    Text ends_at(GuestAddress address) const {
        if (address == ram_.base + ram_.size && name_at(address).empty())
            return sentence("give the machine more RAM than ", ram_.size, " or a smaller image");
        return sentence(what_lies_at(address), "; link or load it elsewhere, or make it smaller");
    }

private:
    static std::string_view name_at(GuestAddress address) {
        for (const Region& region : board_regions<B>)
            if (region.range.contains(address)) return region.name;
        return {};
    }
    static Text what_lies_at(GuestAddress address) {
        const std::string_view name = name_at(address);
        return name.empty() ? sentence("nothing lies there") : sentence(name, " lies there");
    }

    Interval ram_;
};

}  // namespace wirewrap
