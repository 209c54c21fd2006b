// The flat view of a board: which entry answers at each address, after overlays have won. Computed by the compiler for
// the map; for main RAM, whose size may be known only at run time, and for windows that open and move, by the same
// functions when the machine is made and when one of them changes.
//
//     declared   [ main RAM ............................ )
//                            [ overlay "frame" )
//     flat view  [ main RAM  )[ overlay "frame" )[ RAM   )
//
// Loads (and fetches) and stores have a view each, which differ where an entry wins for one of them only.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <span>
#include <utility>
#include <vector>

#include <wirewrap/base/bus.hpp>
#include <wirewrap/base/fixed_array.hpp>
#include <wirewrap/base/interval.hpp>
#include <wirewrap/base/sort.hpp>
#include <wirewrap/base/static_vector.hpp>
#include <wirewrap/board/placement.hpp>
#include <wirewrap/board/region.hpp>
#include <wirewrap/board/traits.hpp>

namespace wirewrap {

/// A stretch of addresses that one entry or main RAM answers: the visible part `range` of its window `window`.
struct FlatRange {
    Interval range{};
    std::size_t region = 0;  // index in the board's map, or `main_ram_region`
    Bytes offset{};          // of the first byte: into the entry's window, or into main RAM
    Interval window{};
};

namespace detail {

/// Calls `keep(piece)` for what is left of `whole` beside `others`, in ascending order. `others`: by ascending base.
template <class Keep>
constexpr void beside_overlays(Interval whole, std::span<const Interval> others, Keep keep) {
    Interval rest = whole;
    for (const Interval& other : others) {
        if (rest.empty()) return;
        if (!other.overlaps(rest)) continue;
        if (rest.base < other.base) keep(Interval{rest.base, other.base - rest.base});
        if (other.last() >= rest.last()) return;
        rest = {other.last() + Bytes{1}, rest.last() - other.last()};
    }
    if (!rest.empty()) keep(rest);
}

/// Adds an interval to the first `count` of `sorted`, which has room for one more, behind those that begin before it.
/// (g++ 12 warns of std::sort on arrays of a few elements.)
constexpr void insert_by_base(std::span<Interval> sorted, std::size_t count, Interval added) {
    std::size_t place = count;
    for (; place != 0 && added.base < sorted[place - 1].base; --place) sorted[place] = sorted[place - 1];
    sorted[place] = added;
}

/// The intervals by ascending base.
constexpr std::vector<Interval> by_base(std::vector<Interval> intervals) {
    wirewrap::detail::sort(intervals.data(), intervals.size(),
                           [](const Interval& a, const Interval& b) { return a.base < b.base; });
    return intervals;
}

/// Where overlays lie that win for `kind` in an address space, ascending. Those that open and move: where they ever may.
constexpr std::vector<Interval> overlays_of(std::span<const Region> regions, Access kind,
                                            std::size_t space = memory_space) {
    std::vector<Interval> overlays;
    for (const Region& region : regions)
        if (region.overlay && region.space == space && region.answers(kind))
            overlays.push_back(region.reach());
    return by_base(std::move(overlays));
}
/// Where main RAM may be hidden from loads or from stores, now or at another time.
constexpr std::vector<Interval> hiding_overlays(std::span<const Region> regions) {
    std::vector<Interval> overlays;
    for (const Region& region : regions)
        if (region.overlay && region.space == memory_space && region.placed)
            overlays.push_back(region.reach());
    return by_base(std::move(overlays));
}

template <class B>
constexpr auto hiding_overlays_of() {
    return fixed_array<[] { return hiding_overlays(board_regions<B>); }>();
}
template <class B>
inline constexpr auto ram_hiders = hiding_overlays_of<B>();

}  // namespace detail

/// The windows of main RAM less what any overlay may ever hide from loads or stores: what an access reaches without asking.
/// Each overlay adds at most one window.
template <class B>
constexpr auto visible_ram(const RamWindows& windows) {
    constexpr const auto& overlays = detail::ram_hiders<B>;
    StaticVector<RamWindow, RamWindows::capacity() + overlays.size()> visible;
    for (const RamWindow& window : windows)
        detail::beside_overlays(window.range(), overlays, [&](Interval piece) {
            visible.push_back(
                {piece.base, piece.size, window.offset + (piece.base - window.base), window.mirror});
        });
    return visible;
}

/// The run-time part of a window that opens or moves.
struct WindowState {
    bool open = true;
    GuestAddress base{};
};

namespace detail {

/// The ranges that `regions` answer for `kind`, ascending. `where(i)` is where entry i lies now (empty: nowhere), and
/// `keep(range)` takes each range; `overlays` is room for as many intervals as there are entries.
template <class Where, class Keep>
constexpr void flatten(std::span<const Region> regions, Access kind, std::size_t space, Where where,
                       std::span<Interval> overlays, Keep keep) {
    std::size_t count = 0;
    bool may_meet = false;
    for (std::size_t i = 0; i != regions.size(); ++i) {
        const Region& region = regions[i];
        if (!region.overlay || region.space != space || !region.answers(kind)) continue;
        may_meet = may_meet || region.changes();
        if (const Interval range = where(i); !range.empty()) insert_by_base(overlays, count++, range);
    }
    const auto pieces = [&](std::size_t i, std::span<const Interval> winners) {
        const Interval window = where(i);
        if (window.empty()) return;
        beside_overlays(window, winners,
                        [&](Interval piece) { keep(FlatRange{piece, i, piece.base - window.base, window}); });
    };
    // Entries below overlays first, then the overlays: one that stands earlier in the map wins over one that stands later.
    const std::span<Interval> all = overlays.first(count);
    for (std::size_t i = 0; i != regions.size(); ++i)
        if (!regions[i].overlay && regions[i].space == space && regions[i].answers(kind)) pieces(i, all);
    std::size_t before = 0;
    for (std::size_t i = 0; i != regions.size(); ++i) {
        const Region& region = regions[i];
        if (!region.overlay || region.space != space || !region.answers(kind)) continue;
        pieces(i, overlays.first(before));
        if (!may_meet) continue;
        if (const Interval range = where(i); !range.empty()) insert_by_base(overlays, before++, range);
    }
}

constexpr std::vector<FlatRange> flat_ranges_of(std::span<const Region> regions, Access kind,
                                                std::size_t space = memory_space) {
    std::vector<Interval> overlays(regions.size());
    std::vector<FlatRange> ranges;
    flatten(
        regions, kind, space, [&](std::size_t i) { return regions[i].range; }, overlays,
        [&](const FlatRange& range) { ranges.push_back(range); });
    wirewrap::detail::sort(ranges.data(), ranges.size(), [](const FlatRange& a, const FlatRange& b) {
        return a.range.base < b.range.base;
    });
    return ranges;
}

template <class B, Access Kind, std::size_t Space>
constexpr auto flat_view_of() {
    return fixed_array<[] { return flat_ranges_of(board_regions<B>, Kind, Space); }>();
}

/// Some entry answers loads and stores differently.
constexpr bool views_differ(std::span<const Region> regions) {
    for (const Region& region : regions)
        if (region.placed && region.takes_loads != region.takes_stores) return true;
    return false;
}

// A fetch sees what a load sees, and a store too on most boards: one table then.
template <class B>
constexpr Access view_kind(Access kind) {
    if (kind == Access::store && views_differ(board_regions<B>)) return Access::store;
    return Access::load;
}

template <class B, Access Kind, std::size_t Space>
inline constexpr auto flat_table = flat_view_of<B, Kind, Space>();

}  // namespace detail

/// Every address that the map (not main RAM) answers: ascending, without overlap; windows that open and move as declared.
/// Only for boards without mistakes.
template <class B, Access Kind = Access::load, std::size_t Space = memory_space>
inline constexpr auto& flat_view = detail::flat_table<B, detail::view_kind<B>(Kind), Space>;

}  // namespace wirewrap
