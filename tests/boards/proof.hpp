// The static proof: that `proofs_of(list)` compiles shows for every board of a list, with its default RAM size and with
// others, that it has no mistake, that its placement shows each byte of RAM once and mirrors aside nothing twice, and that
// types and running programs refuse the same sizes. A compiler keeps all of it at once, so the lists are proved in parts.
#pragma once

#include <algorithm>
#include <array>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <optional>

#include <boost/hana/unpack.hpp>
#include <range/v3/algorithm/all_of.hpp>

#include <wirewrap/board/board_list.hpp>
#include <wirewrap/board/query.hpp>

namespace proof {

using namespace wirewrap;
using namespace wirewrap::literals;

/// The sum of what windows that are no mirrors show before byte `offset` of the RAM, `offset` if all of it is.
constexpr Bytes shown_before(const RamWindows& windows, Bytes offset) {
    Bytes sum{};
    for (const RamWindow& window : windows)
        if (!window.mirror && window.offset < offset) sum += std::min(window.size, offset - window.offset);
    return sum;
}

/// Said differently than in check::coverage, so that the two hold each other to it.
constexpr bool shows_all_once(const RamWindows& windows, Bytes size) {
    if (size == Bytes{}) return ranges::all_of(windows, [](const RamWindow& w) { return w.size == Bytes{}; });
    return !windows.overflowed() &&
           ranges::all_of(windows,
                          [&](const RamWindow& window) {
                              return window.offset <= size && window.size <= size - window.offset &&
                                     !window.range().wraps() &&
                                     (window.mirror || shown_before(windows, window.offset) == window.offset);
                          }) &&
           ask::disjoint(windows) && shown_before(windows, size) == size;
}

template <class B>
constexpr bool is_nowhere = std::same_as<decltype(B::ram.placement), placement::Nowhere>;

/// Sizes to look at: the accepted ones nearest to round numbers, and so the ends of most rules.
template <class B>
constexpr bool every_accepted_size_is_shown_once() {
    constexpr std::array round{16_MiB + 8_KiB, 1_GiB, 3_GiB, 1_TiB};
    const auto holds = [](std::optional<Bytes> size) {
        if (!size || !ram_verdict<B>(*size)) return true;
        const RamWindows windows = B::ram.placement.windows(*size);
        return is_nowhere<B> ? windows.empty() : shows_all_once(windows, *size);
    };
    for (const Bytes size : round) {
        const auto below = B::ram.rule.below(size), above = B::ram.rule.above(size);
        if (!holds(below) || (above != below && !holds(above))) return false;
    }
    return true;
}

/// A size that the board refuses. 12 bytes are no multiple of the bus width, so there is always one.
template <class B>
constexpr Bytes refused_size() {
    for (const Bytes size : {B::ram.default_size + 8_KiB, B::ram.default_size * 3, 2_TiB})
        if (!ram_verdict<B>(size)) return size;
    return 12_B;
}

template <class B>
struct Proof {
    static constexpr Bytes size = B::ram.default_size;
    static constexpr Bytes refused = refused_size<B>();
    static_assert(Board<B>, "its names, ids and addresses are in order");
    static_assert(is_nowhere<B> || shows_all_once(B::ram.placement.windows(size), size));
    static_assert(every_accepted_size_is_shown_once<B>());
    static_assert(AcceptsRam<B, size>, "the default size is accepted in a type");
    static_assert(!AcceptsRam<B, refused>, "what is refused at run time is refused in a type");
    static constexpr bool done = true;
};

/// How many boards the list has, all of them proved.
template <class List>
constexpr std::size_t proofs_of(const List& list) {
    return boost::hana::unpack(list, []<class... Bs>(boost::hana::basic_type<Bs>...) {
        // With its size: clang deduces it from 256 elements at most.
        return std::array<bool, sizeof...(Bs)>{Proof<Bs>::done...}.size();
    });
}

}  // namespace proof
