// Sizes that a board's rule names and the board can never have, because its placement or its map has no room for them: a
// refusal would name them as a way out.
//
//     main_ram("twice.ram", 64_MiB).accepts(one_of(64_MiB, 1_GiB)), and a ROM at 512 MiB
//     // twice: its rule names 1 GiB of RAM, which it can never have: main RAM twice.ram [0x0, 0x40000000) and rom ...
//
// Rules with few sizes are tried whole, others at the ends that they name: at_most(n) at n, at_least(n) at n.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include <wirewrap/base/bytes.hpp>
#include <wirewrap/board/mistakes.hpp>
#include <wirewrap/board/placement.hpp>
#include <wirewrap/board/ram.hpp>
#include <wirewrap/board/ram_check.hpp>
#include <wirewrap/board/ram_rule.hpp>

namespace wirewrap::check {

/// The sizes of a rule to try: all, when there are at most `most_sizes`, else its ends.
template <RamRule R>
constexpr std::vector<Bytes> named_sizes(const R& rule, std::size_t most_sizes) {
    // An end at 4 EiB or above says that there is none.
    constexpr Bytes open{std::uint64_t{1} << 62};
    const wirewrap::rule::Both usable{rule, multiple_of(memory_unit)};
    const std::optional<Bytes> least = rule.above(Bytes{1}), most = usable.below(open);
    const bool bounded = !rule.above(open);
    std::vector<Bytes> sizes;
    if (bounded) {
        std::optional<Bytes> next = least;
        while (next && sizes.size() != most_sizes) {
            sizes.push_back(*next);
            next = rule.above(*next + Bytes{1});
        }
        if (!next) return sizes;
        sizes.clear();
    }
    if (least && *least > memory_unit)
        if (const std::optional<Bytes> first = usable.above(*least)) sizes.push_back(*first);
    if (bounded && most) sizes.push_back(*most);
    return sizes;
}

template <RamRule R, Placement P>
[[gnu::noinline]] constexpr void rule_sizes(Mistakes& mistakes, const Subject& subject, const R& rule,
                                            Bytes default_size, const P& placement) {
    // Compilers limit the steps of a constant expression, and maps of a thousand entries take many.
    const std::size_t most_sizes = subject.regions.size() < 100 ? 64 : 12;
    std::size_t told = 0;
    for (const Bytes size : named_sizes(rule, most_sizes)) {
        if (size == default_size) continue;
        Mistakes of_size;
        placed_ram(of_size, subject, size, placement);
        if (of_size.empty() || ++told == 4) continue;
        const Text why = without_remedy(of_size.front());
        tell(mistakes, subject, "its rule names ", size,
             " of RAM, which it can never have: ", why.view().substr(subject.board.size() + 2),
             "; take that size out of the rule, or make room for it");
    }
}

}  // namespace wirewrap::check
