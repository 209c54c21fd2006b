// The memory blocks of a board, numbered: main RAM is 0, then the entries of the map that have memory of their own, in
// the map's order.
//
//     static_assert(block_count<Handheld> == 2);                  // main RAM and "boot"
//     static_assert(block_numbers<Handheld>[0] == 1);             // of map entry 0, "boot"; 0 for entries without a block
#pragma once

#include <array>
#include <cstddef>
#include <string_view>

#include <wirewrap/board/region.hpp>
#include <wirewrap/board/traits.hpp>

namespace wirewrap {

namespace detail {

template <class B>
constexpr std::size_t count_blocks() {
    std::size_t count = 1;
    for (const Region& region : board_regions<B>) count += region.has_block() ? 1 : 0;
    return count;
}

template <class B>
constexpr auto number_blocks() {
    std::array<std::size_t, board_regions<B>.size()> numbers{};
    std::size_t next = 1;
    for (std::size_t i = 0; i != numbers.size(); ++i)
        if (board_regions<B>[i].has_block()) numbers[i] = next++;
    return numbers;
}

}  // namespace detail

template <class B>
inline constexpr std::size_t block_count = detail::count_blocks<B>();
/// The block of each map entry, 0 where it has none.
template <class B>
inline constexpr auto block_numbers = detail::number_blocks<B>();

/// The number of the map entry called `name`; as many as there are entries when none is.
template <class B>
constexpr std::size_t region_index(std::string_view name) {
    std::size_t i = 0;
    while (i != board_regions<B>.size() && board_regions<B>[i].name != name) ++i;
    return i;
}

namespace detail {
/// What an entry shows: itself, or the entry that a mirror or bank names; `main_ram_region` for mirrors of main RAM.
template <class B>
constexpr auto find_sources() {
    std::array<std::size_t, board_regions<B>.size()> sources{};
    for (std::size_t i = 0; i != sources.size(); ++i) {
        const Region& region = board_regions<B>[i];
        const bool shows = region.kind == RegionKind::mirror || region.kind == RegionKind::bank;
        sources[i] = region.shows_main_ram() ? main_ram_region : shows ? region_index<B>(region.source) : i;
    }
    return sources;
}
}  // namespace detail

template <class B>
inline constexpr auto source_regions = detail::find_sources<B>();

}  // namespace wirewrap
