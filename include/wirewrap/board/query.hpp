// Questions to a board, for the static assertions of who writes one: what it declares and what answers where, as constant
// ranges that range-v3's algorithms take, with projections, and a few properties by name.
//
//     using namespace wirewrap::ask;
//     static_assert(ranges::count_if(devices<Handheld>(), drives_pins) == 2);
//     static_assert(ranges::all_of(regions<Handheld>(), [](const Region& r) { return r.range.size >= 4_KiB; }));
//     static_assert(answers_at<Handheld>(at(0x8000'0000), 64_MiB) == "handheld.ram");
//     static_assert(ranges::empty(gaps<Handheld, 64_MiB>()));
//
// Included only by who asks: nothing else of wirewrap needs range-v3. Bazel: //include/wirewrap/board:query.
#pragma once

#if !__has_include(<range/v3/view/all.hpp>)
#error "<wirewrap/board/query.hpp> needs range-v3: Debian's package is librange-v3-dev."
#endif

#include <algorithm>
#include <array>
#include <concepts>
#include <cstddef>
#include <optional>
#include <string_view>
#include <type_traits>
#include <vector>

#include <range/v3/algorithm/all_of.hpp>
#include <range/v3/algorithm/any_of.hpp>
#include <range/v3/view/all.hpp>

#include <wirewrap/base/sort.hpp>
#include <wirewrap/board/board.hpp>
#include <wirewrap/board/layout.hpp>

namespace wirewrap::ask {

/// A stretch of addresses and what answers loads there: main RAM, or an entry of the map, which may show it once more.
struct Stretch {
    Interval range;
    std::string_view name;  // of the entry, or the RAM id
    bool main_ram = false;
    RegionKind kind{};      // of an entry
    std::size_t entry = 0;  // its number in the map
    Bytes offset{};         // of its first byte, into the entry or into main RAM

    friend constexpr bool operator==(const Stretch&, const Stretch&) = default;
};

inline constexpr auto is_device = [](const Region& region) { return region.kind == RegionKind::device; };
inline constexpr auto is_block = [](const Region& region) { return region.is_block(); };
inline constexpr auto is_overlay = [](const Region& region) { return region.overlay; };
inline constexpr auto drives_pins = [](const Region& region) { return !region.outputs.empty(); };
inline constexpr auto takes_lines = [](const Region& region) { return region.inputs != 0; };
/// The addresses of what has some: entries, windows, answers.
inline constexpr auto range_of = [](const auto& item) -> Interval {
    if constexpr (std::same_as<std::remove_cvref_t<decltype(item)>, Interval>)
        return item;
    else if constexpr (requires { item.range(); })
        return item.range();
    else
        return item.range;
};

namespace detail {

template <class B, auto Is>
constexpr std::vector<Region> regions_where() {
    std::vector<Region> found;
    for (const Region& region : board_regions<B>)
        if (Is(region)) found.push_back(region);
    return found;
}

template <class B>
constexpr std::vector<RamWindow> windows_of(Bytes size) {
    const auto visible = visible_ram<B>(B::ram.placement.windows(size));
    return std::vector<RamWindow>(visible.begin(), visible.end());
}

template <class B>
constexpr std::vector<Stretch> answers_of(Bytes size) {
    std::vector<Stretch> answers;
    for (const RamWindow& window : windows_of<B>(size))
        if (window.size != Bytes{})
            answers.push_back({window.range(), B::ram.id, true, RegionKind::ram, 0, window.offset});
    for (const FlatRange& segment : flat_view<B>) {
        const Region& region = board_regions<B>[segment.region];
        answers.push_back({segment.range, region.name, false, region.kind, segment.region, segment.offset});
    }
    wirewrap::detail::sort(answers.data(), answers.size(),
                           [](const Stretch& a, const Stretch& b) { return a.range.base < b.range.base; });
    return answers;
}

template <class B>
constexpr std::vector<Interval> gaps_of(Bytes size) {
    std::vector<Interval> gaps;
    const std::vector<Stretch> answers = answers_of<B>(size);
    for (std::size_t i = 1; i < answers.size(); ++i) {
        const GuestAddress end = answers[i - 1].range.last() + Bytes{1};
        if (end < answers[i].range.base) gaps.push_back({end, answers[i].range.base - end});
    }
    return gaps;
}

/// Constants of their own, so that views of them stay valid.
template <auto Make>
inline constexpr auto kept = fixed_array<Make>();

}  // namespace detail

/// The entries of the map, in the order of their declaration.
template <DeclaresBoard B>
constexpr auto regions() {
    return ranges::views::all(board_regions<B>);
}
/// Those that a function without captures takes. (range-v3 0.12 has views::filter, but not in constant expressions.)
template <DeclaresBoard B, auto Is>
constexpr auto regions_where() {
    return ranges::views::all(wirewrap::ask::detail::kept<[] { return detail::regions_where<B, Is>(); }>);
}
template <DeclaresBoard B>
constexpr auto devices() {
    return regions_where<B, is_device>();
}
/// ram and rom entries.
template <DeclaresBoard B>
constexpr auto blocks() {
    return regions_where<B, is_block>();
}
template <DeclaresBoard B>
constexpr auto wires() {
    return ranges::views::all(board_wires<B>);
}

/// Where the guest sees main RAM of that size, less what overlays hide; ascending in each window of the placement.
template <Board B, Bytes Size>
constexpr auto windows() {
    return ranges::views::all(wirewrap::ask::detail::kept<[] { return detail::windows_of<B>(Size); }>);
}
/// What answers where, main RAM of that size included; ascending, without overlap.
template <Board B, Bytes Size>
constexpr auto flat() {
    return ranges::views::all(wirewrap::ask::detail::kept<[] { return detail::answers_of<B>(Size); }>);
}
/// The addresses between the first and the last answer where nothing answers.
template <Board B, Bytes Size>
constexpr auto gaps() {
    return ranges::views::all(wirewrap::ask::detail::kept<[] { return detail::gaps_of<B>(Size); }>);
}

template <Board B>
constexpr std::optional<Stretch> answer_at(GuestAddress address, Bytes ram_size) {
    for (const Stretch& answer : detail::answers_of<B>(ram_size))
        if (answer.range.contains(address)) return answer;
    return std::nullopt;
}
/// The name of what answers there; empty where nothing does.
template <Board B>
constexpr std::string_view answers_at(GuestAddress address, Bytes ram_size) {
    const std::optional<Stretch> answer = answer_at<B>(address, ram_size);
    if (!answer) return {};
    return answer->name;
}
/// The guest sees some of the entry, or of main RAM.
template <Board B>
constexpr bool is_reachable(std::string_view name, Bytes ram_size) {
    for (const Stretch& answer : detail::answers_of<B>(ram_size))
        if (answer.name == name) return true;
    return false;
}
/// No two of them share an address.
template <class Range>
constexpr bool disjoint(Range&& range) {
    for (auto a = ranges::begin(range); a != ranges::end(range); ++a)
        for (auto b = ranges::next(a); b != ranges::end(range); ++b)
            if (range_of(*a).overlaps(range_of(*b))) return false;
    return true;
}
/// A wire begins at the pin "device.pin", or at any pin of "device".
template <DeclaresBoard B>
constexpr bool is_wired(std::string_view source, std::string_view pin = {}) {
    return ranges::any_of(wires<B>(), [&](const Wire& wire) {
        return wire.source == source && (pin.empty() || wire.pin == pin);
    });
}
/// Each device that drives pins has a wire.
template <DeclaresBoard B>
constexpr bool every_device_has_an_interrupt() {
    return ranges::all_of(regions<B>(), [](const Region& region) {
        return !is_device(region) || !drives_pins(region) || is_wired<B>(region.name);
    });
}

}  // namespace wirewrap::ask
