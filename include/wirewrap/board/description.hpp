// A board without its type, for lists and tools that treat all boards alike: what it declares, as tables, and what
// depends on the RAM size, as functions.
//
//     constexpr BoardDescription virt = describe_board<boards::riscv::Virt>();
//     virt.name;                        // "riscv64/virt"
//     virt.ram_verdict(48_MiB).view();  // empty, or the sentence that says why not
//     virt.wired_windows(48_MiB);       // [0x80000000, 0x83000000), offset 0
#pragma once

#include <algorithm>
#include <bit>
#include <cstddef>
#include <span>
#include <string_view>
#include <type_traits>
#include <vector>

#include <wirewrap/base/bytes.hpp>
#include <wirewrap/base/sort.hpp>
#include <wirewrap/base/text.hpp>
#include <wirewrap/base/verdict.hpp>
#include <wirewrap/board/board.hpp>
#include <wirewrap/board/layout.hpp>

namespace wirewrap {

/// Everything points to constants: a description may be copied and kept for as long as the program runs. Windows come in
/// ascending order, and only for sizes that the board can have.
struct BoardDescription {
    std::string_view name;
    Alias alias;  // another name of the machine, without its target; empty: none
    QemuReleases releases;
    std::string_view ram_id;
    Bytes default_ram_size;
    std::string_view ram_rule;        // in words: fits into "the board accepts … of RAM"
    std::span<const Region> regions;  // the memory map, in the order of its declaration
    std::span<const FlatRange>
        flat_view;  // which entry of it answers where; ascending, main RAM not among them
    std::span<const Wire> wires;
    std::size_t harts;
    unsigned address_bits;
    std::endian byte_order;
    Verdict (*ram_verdict)(Bytes size);  // whether the board can have that much RAM
    std::vector<RamWindow> (*wired_windows)(
        Bytes size);  // where it is wired: its placement, and mirrors in the map
    std::vector<RamWindow> (*ram_windows)(
        Bytes size);  // where the guest sees it: the same less what overlays hide
    /// `wired_windows` with another end of RAM below 4 GiB; nullptr on a board where that end does not move.
    std::vector<RamWindow> (*wired_windows_below_4g)(Bytes size, Bytes end) = nullptr;
};

namespace detail {

constexpr bool goes_on(const RamWindow& before, const RamWindow& window) {
    return before.mirror == window.mirror && before.range().last() + Bytes{1} == window.base &&
           before.offset + before.size == window.offset;
}

/// Windows that are neighbours in the address space and in the RAM are one to the guest.
constexpr void join_neighbours(std::vector<RamWindow>& windows) {
    wirewrap::detail::sort(windows.data(), windows.size(),
                           [](const RamWindow& a, const RamWindow& b) { return a.base < b.base; });
    std::size_t joined = 0;
    for (const RamWindow& window : windows) {
        if (joined != 0 && goes_on(windows[joined - 1], window))
            windows[joined - 1].size += window.size;
        else
            windows[joined++] = window;
    }
    while (windows.size() != joined) windows.pop_back();
}

// No templates: three hundred boards share them.

constexpr std::vector<RamWindow> windows_beside(const RamWindows& placed, std::span<const Region> regions,
                                                std::span<const Interval> overlays) {
    std::vector<RamWindow> windows;
    const auto keep = [&](const RamWindow& window, bool wins) {
        if (wins)
            windows.push_back(window);
        else
            beside_overlays(window.range(), overlays, [&](Interval piece) {
                windows.push_back(
                    {piece.base, piece.size, window.offset + (piece.base - window.base), window.mirror});
            });
    };
    for (const RamWindow& window : placed) keep(window, false);
    for (const Region& region : regions)
        if (region.shows_main_ram())
            keep({region.range.base, region.range.size, region.source_offset, true}, region.overlay);
    join_neighbours(windows);
    return windows;
}

constexpr std::vector<RamWindow> wired(const RamWindows& placed, std::span<const Region> regions) {
    return windows_beside(placed, regions, {});
}
constexpr std::vector<RamWindow> visible(const RamWindows& placed, std::span<const Region> regions) {
    return windows_beside(placed, regions, overlays_of(regions, Access::load));
}

/// A placement whose RAM goes on at 4 GiB, from an end below that a user may move: `placement.below_4g(end)`.
template <class P>
concept MovesBelow4G = requires(const P& placement, Bytes end) {
    { placement.below_4g(end).windows(end) };
};

template <class B>
constexpr auto wired_below_4g() {
    std::vector<RamWindow> (*windows)(Bytes, Bytes) = nullptr;
    if constexpr (MovesBelow4G<std::remove_cvref_t<decltype(B::ram.placement)>>)
        windows = [](Bytes size, Bytes end) {
            return wired(B::ram.placement.below_4g(end).windows(size), board_regions<B>);
        };
    return windows;
}

template <class B>
inline constexpr auto ram_rule_words = fixed_text<[] { return B::ram.rule.words(); }>();

}  // namespace detail

template <Board B>
constexpr BoardDescription describe_board() {
    return {.name = board_name<B>,
            .alias = board_alias<B>,
            .releases = board_releases<B>,
            .ram_id = B::ram.id,
            .default_ram_size = B::ram.default_size,
            .ram_rule = detail::ram_rule_words<B>.view(),
            .regions = board_regions<B>,
            .flat_view = flat_view<B>,
            .wires = board_wires<B>,
            .harts = board_harts<B>,
            .address_bits = board_address_bits<B>,
            .byte_order = board_byte_order<B>,
            .ram_verdict = &ram_verdict<B>,
            .wired_windows =
                [](Bytes size) { return detail::wired(B::ram.placement.windows(size), board_regions<B>); },
            .ram_windows =
                [](Bytes size) { return detail::visible(B::ram.placement.windows(size), board_regions<B>); },
            .wired_windows_below_4g = detail::wired_below_4g<B>()};
}

}  // namespace wirewrap
