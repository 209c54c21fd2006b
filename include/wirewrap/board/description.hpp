// A board without its type, for lists and tools that treat all boards alike: what it declares, as tables, and what
// depends on the RAM size, as functions.
//
//     constexpr BoardDescription virt = describe_board<boards::riscv::Virt>();
//     virt.name;                        // "riscv64/virt"
//     virt.ram_verdict(48_MiB).view();  // empty, or the sentence that says why not
//     virt.ram_windows(48_MiB);         // [0x80000000, 0x83000000), offset 0
#pragma once

#include <algorithm>
#include <bit>
#include <cstddef>
#include <span>
#include <string_view>
#include <vector>

#include <wirewrap/base/bytes.hpp>
#include <wirewrap/base/text.hpp>
#include <wirewrap/base/verdict.hpp>
#include <wirewrap/board/board.hpp>
#include <wirewrap/board/layout.hpp>

namespace wirewrap {

/// Everything points to constants: a description may be copied and kept for as long as the program runs.
struct BoardDescription {
    std::string_view name;
    std::string_view ram_id;
    Bytes default_ram_size;
    std::string_view ram_rule;              // in words: fits into "the board accepts … of RAM"
    std::span<const Region> regions;        // the memory map, in the order of its declaration
    std::span<const Segment> flat_view;     // which entry of it answers where; ascending, main RAM not among them
    std::span<const Wire> wires;
    std::size_t harts;
    unsigned address_bits;
    std::endian byte_order;
    Verdict (*ram_verdict)(Bytes size);                   // whether the board can have that much RAM
    std::vector<RamWindow> (*ram_windows)(Bytes size);    // where the guest sees it; only for sizes that it can have
};

namespace detail {

/// Windows that are neighbours in the address space and in the RAM are one to the guest.
constexpr void join_neighbours(std::vector<RamWindow>& windows) {
    std::sort(windows.begin(), windows.end(),
              [](const RamWindow& a, const RamWindow& b) { return a.base < b.base; });
    std::vector<RamWindow> joined;
    for (const RamWindow& window : windows) {
        if (!joined.empty() && joined.back().mirror == window.mirror &&
            joined.back().range().last() + Bytes{1} == window.base &&
            joined.back().offset + joined.back().size == window.offset)
            joined.back().size += window.size;
        else
            joined.push_back(window);
    }
    windows = joined;
}

/// Everywhere the guest sees main RAM: its placement and the mirrors in the map, less what overlays hide.
template <Board B>
constexpr std::vector<RamWindow> described_windows(Bytes size) {
    std::vector<RamWindow> windows;
    for (const RamWindow& window : visible_ram<B>(B::ram.placement.windows(size)))
        windows.push_back(window);
    for (const Segment& segment : flat_view<B>) {
        const Region& region = board_regions<B>[segment.region];
        if (region.kind == RegionKind::mirror && region.source.empty())
            windows.push_back(
                {segment.range.base, segment.range.size, region.source_offset + segment.offset, true});
    }
    join_neighbours(windows);
    return windows;
}

template <class B>
inline constexpr auto ram_rule_words = fixed_text<[] { return B::ram.rule.words(); }>();

}  // namespace detail

template <Board B>
constexpr BoardDescription describe_board() {
    return {.name = board_name<B>,
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
            .ram_windows = &detail::described_windows<B>};
}

}  // namespace wirewrap
