#include <wirewrap/state/byte_ranges.hpp>

#include <catch2/catch.hpp>

#include <random>
#include <vector>

using wirewrap::state::ByteRanges;

TEST_CASE("Ranges that touch are one, and a hole makes two") {
    ByteRanges set;
    set.add(10, 20);
    set.add(30, 40);
    set.add(20, 30);
    REQUIRE(set.size() == 1);
    CHECK(*set.begin() == ByteRanges::Range{10, 40});
    set.remove(15, 16);
    CHECK(set.size() == 2);
    CHECK(set.from(15)->begin == 16);
    CHECK(set.from(40) == set.end());
    set.add(7, 7);
    set.remove(12, 12);
    CHECK(set.size() == 2);
    set.remove(0, ~std::uint64_t{0});
    CHECK(set.empty());
}

TEST_CASE("Two sets together have the bytes of both") {
    ByteRanges a, b;
    for (std::uint64_t i = 0; i != 100; ++i) {
        a.add(10 * i, 10 * i + 3);
        b.add(10 * i + 2, 10 * i + (i % 2 == 0 ? 10 : 5));
    }
    a.add(b);
    CHECK(a.size() == 50);
    CHECK(*a.begin() == ByteRanges::Range{0, 15});
    a.add(ByteRanges{});
    CHECK(a.size() == 50);
}

TEST_CASE("Random additions and removals agree with a byte for each byte") {
    std::mt19937 random(1);
    for (int round = 0; round != 200; ++round) {
        ByteRanges set;
        std::vector<bool> model(128);
        for (int step = 0; step != 60; ++step) {
            const std::uint64_t a = random() % 129, b = random() % 129;
            const std::uint64_t begin = std::min(a, b), end = std::max(a, b);
            const bool add = random() % 3 != 0;
            add ? set.add(begin, end) : set.remove(begin, end);
            for (std::uint64_t i = begin; i < end; ++i) model[i] = add;
            std::vector<bool> seen(128);
            std::uint64_t last = 0;
            bool first = true;
            for (const auto& range : set) {
                REQUIRE(range.begin < range.end);
                REQUIRE((first || range.begin > last));  // not touching
                first = false;
                last = range.end;
                for (std::uint64_t i = range.begin; i != range.end; ++i) seen[i] = true;
            }
            REQUIRE(seen == model);
        }
    }
}
