// A board's declaration of its main RAM: id, default size, accepted sizes, place in the address space. The board only
// declares; the machine allocates.
//
//     static constexpr auto ram = main_ram("handheld.ram", 64_MiB)
//                                     .accepts(one_of(32_MiB, 64_MiB, 128_MiB))
//                                     .placed(at(0x8000'0000))
//                                     .mirrored(at(0xC000'0000), first(16_MiB));
//
// Without `.accepts(…)` every size is accepted; without `.placed(…)` the RAM starts at 0.
#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

#include <wirewrap/base/bytes.hpp>
#include <wirewrap/base/text.hpp>
#include <wirewrap/base/verdict.hpp>
#include <wirewrap/board/placement.hpp>
#include <wirewrap/board/ram_rule.hpp>

namespace wirewrap {

/// The bus moves at most 8 bytes at once; memory whose ends are multiples of 8 is never cut by an aligned access.
inline constexpr Bytes memory_unit{8};

/// `id` is an ABI: migration streams and snapshots name the RAM block by it. A default of 0 bytes means a board that
/// has no RAM unless a size is asked for.
template <RamRule Rule, Placement Place>
struct RamTraits {
    std::string_view id;
    Bytes default_size;
    Rule rule;
    Place placement;

    template <RamRule R>
    constexpr RamTraits<R, Place> accepts(R new_rule) const {
        return {id, default_size, new_rule, placement};
    }
    template <Placement P>
    constexpr RamTraits<Rule, P> placed(P new_placement) const {
        return {id, default_size, rule, new_placement};
    }
    constexpr RamTraits<Rule, placement::At> placed(GuestAddress base) const {
        return placed(placement::At(base));
    }
    constexpr RamTraits<Rule, placement::Mirrored<Place>> mirrored(GuestAddress base, RamPart source) const {
        return placed(placement::Mirrored<Place>{placement, base, source});
    }

    /// The rule's word on a size, with the nearest sizes that it accepts and that memory can have.
    [[gnu::noinline]] constexpr Verdict verdict(std::string_view board, Bytes size) const {
        const Verdict said = rule_verdict(board, size);
        if (said.accepted()) return said;
        Text text = said.reason();
        text.append(way_out(size, [](Bytes) { return true; }).view());
        return Verdict(text);
    }

    /// The same without the way out, for who has more to ask of the sizes that he names.
    [[gnu::noinline]] constexpr Verdict rule_verdict(std::string_view board, Bytes size) const {
        if (size == Bytes{} && default_size == Bytes{}) return accepted();
        if (rule.accepts(size)) return accepted();
        return Verdict(sentence(board, " accepts ", rule.words(), " of RAM, not ", size));
    }

    /// A function, so that one way out serves all boards with the same rule.
    using Possible = bool(Bytes);
    /// "; use 64 MiB or 128 MiB": sizes near one that is refused which the rule accepts and which are `possible`.
    [[gnu::cold, gnu::noinline]] constexpr Text way_out(Bytes size, Possible* possible) const {
        const std::optional<Bytes> below = possible_below(size, possible),
                                   above = possible_above(size, possible);
        Text text;
        if (below) text.append(sentence("; use ", *below).view());
        if (above) text.append(sentence(below ? " or " : "; use ", *above).view());
        return text;
    }

    /// The few sizes next to `size`, then halves, since what a map has no room for it has room for half of, or a quarter.
    [[gnu::cold]] constexpr std::optional<Bytes> possible_below(Bytes size, Possible* possible) const {
        const wirewrap::rule::Both usable{rule, multiple_of(memory_unit)};
        std::optional<Bytes> next = usable.below(size);
        for (int tries = 0; next && tries != next_sizes + halves; ++tries) {
            if (possible(*next)) return next;
            if (*next <= memory_unit) break;
            next = usable.below(tries + 1 < next_sizes ? *next - memory_unit
                                                       : Bytes{size.count >> (tries + 2 - next_sizes)});
        }
        if (default_size < size && usable.accepts(default_size) && possible(default_size))
            return default_size;
        return std::nullopt;
    }
    [[gnu::cold]] constexpr std::optional<Bytes> possible_above(Bytes size, Possible* possible) const {
        const wirewrap::rule::Both usable{rule, multiple_of(memory_unit)};
        std::optional<Bytes> next = usable.above(size);
        for (int tries = 0; next && tries != next_sizes; ++tries) {
            if (possible(*next)) return next;
            if (*next > wirewrap::rule::largest - memory_unit) break;
            next = usable.above(*next + memory_unit);
        }
        if (default_size > size && usable.accepts(default_size) && possible(default_size))
            return default_size;
        return std::nullopt;
    }

private:
    static constexpr int next_sizes = 4, halves = 12;
};

constexpr RamTraits<rule::Between, placement::At> main_ram(std::string_view id, Bytes default_size) {
    return {id, default_size, any, placement::At(GuestAddress{0})};
}

}  // namespace wirewrap
