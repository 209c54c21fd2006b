// The flat view of a board: which entry answers at each address, after overlays have won. Computed by the compiler for
// the map; for main RAM, whose size may be known only at run time, by the same functions when the machine is made.
//
//     declared   [ main RAM ............................ )
//                            [ overlay "frame" )
//     flat view  [ main RAM  )[ overlay "frame" )[ RAM   )
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <span>
#include <vector>

#include <wirewrap/base/interval.hpp>
#include <wirewrap/base/static_vector.hpp>
#include <wirewrap/board/placement.hpp>
#include <wirewrap/board/region.hpp>
#include <wirewrap/board/traits.hpp>

namespace wirewrap {

/// A stretch of addresses that one map entry answers, `offset` bytes into that entry.
struct Segment {
    Interval range;
    std::size_t region = 0;  // index in the board's map
    Bytes offset{};
};

namespace detail {

/// Where overlays lie, ascending.
constexpr std::vector<Interval> overlays_of(std::span<const Region> regions) {
    std::vector<Interval> overlays;
    for (const Region& region : regions)
        if (region.overlay) overlays.push_back(region.range);
    std::sort(overlays.data(), overlays.data() + overlays.size(),
              [](const Interval& a, const Interval& b) { return a.base < b.base; });
    return overlays;
}

/// Calls `keep(piece)` for what is left of `whole` beside the overlays, in ascending order. `overlays`: ascending.
template <class Keep>
constexpr void beside_overlays(Interval whole, std::span<const Interval> overlays, Keep keep) {
    Interval rest = whole;
    for (const Interval& overlay : overlays) {
        if (rest.empty()) return;
        if (!overlay.overlaps(rest)) continue;
        if (rest.base < overlay.base) keep(Interval{rest.base, overlay.base - rest.base});
        if (overlay.last() >= rest.last()) return;
        rest = {overlay.last() + Bytes{1}, rest.last() - overlay.last()};
    }
    if (!rest.empty()) keep(rest);
}

template <class B>
constexpr auto sorted_overlays() {
    constexpr std::size_t count = overlays_of(board_regions<B>).size();
    std::array<Interval, count> result{};
    std::ranges::copy(overlays_of(board_regions<B>), result.begin());
    return result;
}

}  // namespace detail

/// The windows of main RAM less what overlays hide. Each overlay adds at most one window.
template <class B>
constexpr auto visible_ram(const RamWindows& windows) {
    constexpr auto overlays = detail::sorted_overlays<B>();
    StaticVector<RamWindow, RamWindows::capacity() + overlays.size()> visible;
    for (const RamWindow& window : windows)
        detail::beside_overlays(window.range(), overlays, [&](Interval piece) {
            visible.push_back(
                {piece.base, piece.size, window.offset + (piece.base - window.base), window.mirror});
        });
    return visible;
}

namespace detail {

constexpr std::vector<Segment> segments_of(std::span<const Region> regions) {
    const std::vector<Interval> overlays = overlays_of(regions);
    std::vector<Segment> segments;
    for (std::size_t i = 0; i != regions.size(); ++i) {
        const Region& region = regions[i];
        if (region.overlay)
            segments.push_back({region.range, i, Bytes{}});
        else
            beside_overlays(region.range, overlays, [&](Interval piece) {
                segments.push_back({piece, i, piece.base - region.range.base});
            });
    }
    std::sort(segments.data(), segments.data() + segments.size(),
              [](const Segment& a, const Segment& b) { return a.range.base < b.range.base; });
    return segments;
}

template <class B>
constexpr auto flat_view_of() {
    constexpr std::size_t count = segments_of(board_regions<B>).size();
    std::array<Segment, count> result{};
    std::ranges::copy(segments_of(board_regions<B>), result.begin());
    return result;
}

}  // namespace detail

/// Every address that the map (not main RAM) answers: ascending, without overlap. Only for boards without mistakes.
template <class B>
inline constexpr auto flat_view = detail::flat_view_of<B>();

}  // namespace wirewrap
