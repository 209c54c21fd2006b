// Random page tables, walked by the hart and by a plain reading of the specification.
#include <catch2/catch.hpp>

#include <cstddef>
#include <random>
#include <vector>

#include "tests/cpu/riscv/any_page_table.hpp"

using namespace wirewrap::test;

TEST_CASE("Any page tables lead where the specification says") {
    std::mt19937_64 random(1);
    for (int i = 0; i != 2000; ++i) {
        std::vector<std::byte> bytes(1 + random() % 600);
        for (std::byte& byte : bytes) byte = static_cast<std::byte>(random());
        if (!holds_for_any_page_table(bytes)) FAIL("tables " << i);
    }
}

// Of random bytes few walks come to a page; these do.
TEST_CASE("Tables that lead to pages are walked to the end, in each mode") {
    std::mt19937_64 random(2);
    for (int i = 0; i != 1000; ++i) {
        const auto levels = static_cast<unsigned>(random() % 3);
        std::vector<std::byte> bytes{static_cast<std::byte>(random() % 8 * 12 / 3 * 3 + levels),
                                     std::byte{0}};
        const auto put = [&](std::initializer_list<std::uint64_t> numbers) {
            for (const std::uint64_t number : numbers) bytes.push_back(static_cast<std::byte>(number));
        };
        // Page n holds the table of level n; each entry 0 to 3 leads to the next, or is a leaf.
        for (std::uint64_t table = 0; table != levels + 3; ++table)
            for (std::uint64_t entry = 0; entry != 4; ++entry) {
                const bool last = table == levels + 2 || random() % 8 == 0;
                put({last && table != levels + 2 ? 4u : 0u, table * 512 + entry, (table * 512 + entry) >> 8,
                     last ? 8 + random() % 8 : table + 1, last ? random() % 256 | (random() % 4 != 0) : 1});
            }
        for (int access = 0; access != 40; ++access) {
            put({1 + 2 * (random() % 3)});
            for (unsigned part = 0; part != levels + 4; ++part) put({random()});
        }
        if (!holds_for_any_page_table(bytes)) FAIL("tables " << i);
    }
}
