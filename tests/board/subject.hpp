// A board put together at run time, and what the checks say of it.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <wirewrap/board/check.hpp>
#include <wirewrap/board/ram_check.hpp>

namespace wirewrap::test {

using Said = std::vector<std::string>;

/// Without characters that a compiler would escape or cut: visible ASCII and spaces, no quotes, no backslash.
inline bool prints_whole(std::string_view sentence) {
    for (const char c : sentence)
        if (c < ' ' || c > '~' || c == '"' || c == '\'' || c == '`' || c == '\\') return false;
    return !sentence.empty();
}

inline Said strings(const check::Mistakes& mistakes) {
    Said said;
    for (const Text& mistake : mistakes) {
        if (!prints_whole(mistake.view())) said.push_back("a compiler would not print this as it is:");
        said.push_back(mistake.string());
    }
    return said;
}

struct TestBoard {
    std::vector<Region> regions{};
    std::vector<Wire> wires{};
    std::string_view name = "b";
    std::string_view ram_id = "b.ram";
    std::size_t harts = 1;
    unsigned address_bits = 64;
    std::uint64_t timebase = 10'000'000;
    CpuWords cpu_words = riscv_words;

    check::Subject subject() const {
        return {.board = name,
                .ram_id = ram_id,
                .regions = regions,
                .wires = wires,
                .harts = harts,
                .address_bits = address_bits,
                .timebase = timebase,
                .cpu_words = &cpu_words};
    }
};

inline Said said(const TestBoard& board) {
    check::Mistakes mistakes;
    check::board(mistakes, board.subject());
    return strings(mistakes);
}

/// What is said of `size` bytes of RAM on that board.
template <Placement P>
Said said_of_ram(const TestBoard& board, Bytes size, const P& placement) {
    check::Mistakes mistakes;
    check::placed_ram(mistakes, board.subject(), size, placement);
    return strings(mistakes);
}

}  // namespace wirewrap::test
