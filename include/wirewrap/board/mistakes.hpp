// The list of a board's mistakes, and the board as its checks look at it. A check appends sentences to the list, so a
// board hears of everything at once.
//
//     constexpr void one_hart(Mistakes& mistakes, const Subject& subject) {
//         if (subject.harts != 1) tell(mistakes, subject, "it has ", subject.harts, " harts; give it one");
//     }
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include <wirewrap/base/hooks.hpp>
#include <wirewrap/base/text.hpp>
#include <wirewrap/board/cpu_words.hpp>
#include <wirewrap/board/region.hpp>
#include <wirewrap/board/wiring.hpp>

namespace wirewrap::check {

/// A board without its types. Sentences begin with its name.
struct Subject {
    std::string_view board;
    std::string_view ram_id;
    std::span<const Region> regions;
    std::span<const Wire> wires;
    std::size_t harts = 1;
    unsigned address_bits = 64;
    std::string_view alias{};
    std::uint64_t timebase = 10'000'000;
    unsigned port_bits = 16;
    const CpuWords* cpu_words = &riscv_words;
};

template <class... Parts>
constexpr void tell(Mistakes& mistakes, const Subject& subject, Parts... parts) {
    mistakes.push_back(sentence(subject.board, ": ", parts...));
}

constexpr Text called(const Region& region) {
    if (!region.placed) return sentence(name_of(region.kind), " ", region.name, " of ", region.range.size);
    return sentence(name_of(region.kind), " ", region.name, " ", region.range);
}

}  // namespace wirewrap::check
