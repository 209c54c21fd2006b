#include <algorithm>
#include <numeric>
#include <random>
#include <set>
#include <vector>

#include <catch2/catch.hpp>

#include <wirewrap/qemu/seen_pages.hpp>

using namespace wirewrap;
using namespace wirewrap::literals;
using qemu::SeenPages;

TEST_CASE("pages count once, in whatever order they come") {
    std::mt19937 random(1);
    for (unsigned round = 0; round != 300; ++round) {
        SeenPages seen;
        std::set<std::uint64_t> expected;
        for (unsigned i = 0; i != 100; ++i) {
            // Runs and single pages, of a block of 64.
            const std::uint64_t first = random() % 64, count = random() % 3 == 0 ? random() % 8 : 1;
            for (std::uint64_t page = first; page < std::min<std::uint64_t>(first + count, 64); ++page) {
                seen.add(4_KiB * page, 4_KiB);
                expected.insert(page);
            }
            if (random() % 4 == 0) REQUIRE(seen.size() == 4_KiB * expected.size());
        }
        REQUIRE(seen.size() == 4_KiB * expected.size());
        for (std::uint64_t page = 0; page != 64; ++page)
            REQUIRE(seen.has(4_KiB * page, 4_KiB) == expected.contains(page));
    }
}

TEST_CASE("stretches are there as a whole, or not") {
    SeenPages seen;
    CHECK(seen.size() == 0_B);
    CHECK(seen.has(0_B, 0_B));
    CHECK_FALSE(seen.has(0_B, 1_B));
    seen.add(0_B, 4_KiB), seen.add(8_KiB, 4_KiB);
    CHECK(seen.has(0_B, 4_KiB));
    CHECK(seen.has(9_KiB, 1_KiB));
    CHECK_FALSE(seen.has(0_B, 12_KiB));
    seen.add(4_KiB, 4_KiB);
    CHECK(seen.has(0_B, 12_KiB));
    CHECK_FALSE(seen.has(0_B, 13_KiB));
}

TEST_CASE("a block of any length takes memory for what came of it only, and that is bounded") {
    SeenPages seen;
    constexpr std::uint64_t last = (std::uint64_t{1} << 60) / 4096;
    seen.add(4_KiB * last, 4_KiB);
    CHECK(seen.size() == 4_KiB);
    // A hole after each page: some are forgotten at last, and so count as missing.
    for (std::uint64_t page = 0; page != 3 << 20; page += 2) seen.add(4_KiB * page, 4_KiB);
    CHECK(seen.size() > 4_KiB * (1 << 19));
    CHECK(seen.size() <= 4_KiB * (1 << 20));
}
