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
};

template <class... Parts>
constexpr void tell(Mistakes& mistakes, const Subject& subject, Parts... parts) {
    mistakes.push_back(sentence(subject.board, ": ", parts...));
}

constexpr Text called(const Region& region) {
    if (!region.placed) return sentence(name_of(region.kind), " ", region.name, " of ", region.range.size);
    return sentence(name_of(region.kind), " ", region.name, " ", region.range);
}

/// hart0, hart1 … hart9999 are the names of the harts; `npos` for any other name, hart01 among them.
constexpr std::size_t hart_number(std::string_view name) {
    constexpr std::size_t none = std::string_view::npos;
    if (name.size() < 5 || name.size() > 8 || !name.starts_with("hart")) return none;
    if (name[4] == '0' && name.size() > 5) return none;
    std::size_t number = 0;
    for (const char c : name.substr(4)) {
        if (c < '0' || c > '9') return none;
        number = number * 10 + static_cast<std::size_t>(c - '0');
    }
    return number;
}

}  // namespace wirewrap::check
