// Map entries found by name, cheaply enough for maps of a thousand entries: compilers limit the steps of a constant
// expression (clang at 2^20), and comparing texts costs them many.
//
//     constexpr bool has_uart = NameIndex(board_regions<Handheld>).find("uart0") != NameIndex::none;
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include <wirewrap/base/sort.hpp>
#include <wirewrap/board/region.hpp>

namespace wirewrap::check {

class NameIndex {
public:
    constexpr explicit NameIndex(std::span<const Region> regions)
        : regions_(regions), slots_(regions.size()) {
        for (std::size_t i = 0; i != regions.size(); ++i) slots_[i] = {hash(regions[i].name), i};
        // By name where hashes are equal, so that equal names are neighbours; by place where names are.
        wirewrap::detail::sort(slots_.data(), slots_.size(), [regions](const Slot& a, const Slot& b) {
            if (a.hash != b.hash) return a.hash < b.hash;
            if (regions[a.region].name != regions[b.region].name)
                return regions[a.region].name < regions[b.region].name;
            return a.region < b.region;
        });
    }

    static constexpr std::size_t none = std::string_view::npos;

    /// The place of the first entry of that name, or `none`. (No pointer: with -fsanitize=undefined g++ 12 cannot compare
    /// one with nullptr in a constant expression.)
    constexpr std::size_t find(std::string_view name) const {
        const std::uint64_t wanted = hash(name);
        std::size_t first = 0;
        for (std::size_t end = slots_.size(); first != end;) {
            const std::size_t middle = first + (end - first) / 2;
            if (slots_[middle].hash < wanted)
                first = middle + 1;
            else
                end = middle;
        }
        for (; first != slots_.size() && slots_[first].hash == wanted; ++first)
            if (regions_[slots_[first].region].name == name) return slots_[first].region;
        return none;
    }

    /// Calls `pair(a, b)` for entries that share a name: each with the next of that name.
    template <class Pair>
    constexpr void shared_names(Pair pair) const {
        for (std::size_t i = 1; i < slots_.size(); ++i) {
            if (slots_[i].hash != slots_[i - 1].hash) continue;
            const Region& a = regions_[slots_[i - 1].region];
            const Region& b = regions_[slots_[i].region];
            if (a.name == b.name) pair(a, b);
        }
    }

private:
    struct Slot {
        std::uint64_t hash = 0;
        std::size_t region = 0;
    };

    // FNV-1a, 64 bits: http://www.isthe.com/chongo/tech/comp/fnv/
    static constexpr std::uint64_t hash(std::string_view name) {
        std::uint64_t value = 0xcbf29ce484222325;
        for (const char c : name) value = (value ^ static_cast<unsigned char>(c)) * 0x100000001b3;
        return value;
    }

    std::span<const Region> regions_;
    std::vector<Slot> slots_;
};

}  // namespace wirewrap::check
