// Finds the range of the map that answers an address: a table that the compiler made, or, on a board with windows that open
// and move, one that is made anew at each change.
#pragma once

#include <array>
#include <cstddef>
#include <span>

#include <wirewrap/address_space/window_states.hpp>
#include <wirewrap/base/sort.hpp>
#include <wirewrap/base/static_vector.hpp>
#include <wirewrap/board/layout.hpp>

namespace wirewrap {

namespace detail {

/// The range of a table, ascending, that contains an address; nullptr when none does.
inline const FlatRange* find_range(std::span<const FlatRange> table, GuestAddress address) {
    std::size_t first = 0,
                end = table.size();  // the last range that begins at or before it is among these, if any is
    while (end - first > 1) {
        const std::size_t middle = first + (end - first) / 2;
        (address < table[middle].range.base ? end : first) = middle;
    }
    return end != 0 && table[first].range.contains(address) ? &table[first] : nullptr;
}

}  // namespace detail

template <class B, std::size_t Space>
class FlatMap {
    static constexpr std::size_t region_count = board_regions<B>.size();

public:
    /// Which entry answers where is known at run time only.
    static constexpr bool changes = detail::has_changing_windows<B>(Space);

    template <Access Kind>
    const FlatRange* find(GuestAddress address) const {
        return detail::find_range(table<Kind>(), address);
    }
    template <Access Kind>
    std::span<const FlatRange> table() const {
        if constexpr (changes)
            return tables_[detail::view_kind<B>(Kind) == Access::store];
        else
            return flat_view<B, Kind, Space>;
    }

    void rebuild(const WindowStates<B>& states) {
        if constexpr (changes) {
            rebuild(states, Access::load);
            if constexpr (detail::views_differ(board_regions<B>)) rebuild(states, Access::store);
        }
    }

private:
    void rebuild(const WindowStates<B>& states, Access kind) {
        if constexpr (changes) {
            auto& table = tables_[kind == Access::store];
            table = {};
            std::array<Interval, region_count> room;
            detail::flatten(
                board_regions<B>, kind, Space, [&](std::size_t i) { return states.window(i); }, room,
                [&](const FlatRange& range) { table.push_back(range); });
            wirewrap::detail::sort(table.begin(), table.size(), [](const FlatRange& a, const FlatRange& b) {
                return a.range.base < b.range.base;
            });
        }
    }

    // The ends of n windows cut the addresses into 2n - 1 pieces at most.
    using Table = StaticVector<FlatRange, changes ? 2 * region_count : 1>;
    struct None {};
    [[no_unique_address]] std::conditional_t<changes, std::array<Table, 2>, None> tables_{};
};

}  // namespace wirewrap
