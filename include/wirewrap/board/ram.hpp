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
        if (size == Bytes{} && default_size == Bytes{}) return accepted();
        if (rule.accepts(size)) return accepted();
        Text text = sentence(board, " accepts ", rule.words(), " of RAM, not ", size);
        const wirewrap::rule::Both usable{rule, multiple_of(memory_unit)};
        const std::optional<Bytes> below = usable.below(size), above = usable.above(size);
        if (below) text.append(sentence("; use ", *below).view());
        if (above) text.append(sentence(below ? " or " : "; use ", *above).view());
        return Verdict(text);
    }
};

constexpr RamTraits<rule::Between, placement::At> main_ram(std::string_view id, Bytes default_size) {
    return {id, default_size, any, placement::At(GuestAddress{0})};
}

}  // namespace wirewrap
