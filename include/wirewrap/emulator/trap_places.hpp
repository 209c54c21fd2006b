// The places where one privilege mode was seen to trap, as long as they are few.
//
//     TrapPlaces places;
//     places.add({.pc = 0x8000'0000, .cause = 2}, registers);
//     if (places.few()) return places.first();
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>

#include <wirewrap/emulator/trap_loop.hpp>

namespace wirewrap {

class TrapPlaces {
public:
    static constexpr std::size_t most = 4;

    /// `registers`: what tells the integer registers of the hart from others.
    void add(const TrapLoop& trap, std::uint64_t registers) {
        ++traps_;
        const auto end = places_.begin() + static_cast<std::ptrdiff_t>(count_);
        const auto known = std::find_if(places_.begin(), end,
                                        [&](const Place& place) { return place.trap.same_place(trap); });
        if (known != end)
            moved_ = moved_ || known->registers != registers;
        else if (count_ != most)
            places_[count_++] = {trap, registers};
        else
            many_ = true;
    }
    std::uint64_t traps() const { return traps_; }
    /// They are few, and where they are several nothing was done in between that the program could see: somebody who emulates
    /// its instructions would have it trap in the same way.
    bool few() const { return count_ != 0 && !many_ && (count_ == 1 || !moved_); }
    /// The first by address, which has been seen.
    TrapLoop first() const {
        TrapLoop first = places_[0].trap;
        for (std::size_t i = 1; i != count_; ++i)
            if (places_[i].trap.before(first)) first = places_[i].trap;
        first.places = count_;
        return first;
    }

private:
    struct Place {
        TrapLoop trap{};
        std::uint64_t registers = 0;
    };

    std::array<Place, most> places_{};
    std::size_t count_ = 0;
    std::uint64_t traps_ = 0;
    bool many_ = false, moved_ = false;
};

}  // namespace wirewrap
