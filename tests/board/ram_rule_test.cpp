#include <catch2/catch.hpp>

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include <wirewrap/board/ram_rule.hpp>

using namespace wirewrap;
using namespace wirewrap::literals;

namespace {

constexpr Bytes largest{~std::uint64_t{0}};

static_assert(RamRule<rule::Between> &&
              RamRule<rule::Both<rule::PowerOfTwo, rule::Either<rule::MultipleOf, rule::Between>>>);
static_assert(!RamRule<int>);

constexpr auto documented = power_of_two() && between(128_MiB, 2_GiB);
static_assert(documented.accepts(512_MiB) && !documented.accepts(384_MiB));
static_assert(documented.below(384_MiB) == 256_MiB && documented.above(384_MiB) == 512_MiB);

/// Holds a rule to what it should accept of 0 … end-1, and `below` and `above` to a search one by one.
template <RamRule R, class Expected>
void compare(const R& rule, Expected expected, std::uint64_t end = 200) {
    INFO(rule.words().string());
    std::optional<Bytes> below;
    for (std::uint64_t n = 0; n != end; ++n) {
        INFO("size " << n);
        const bool wanted = n != 0 && expected(n);
        REQUIRE(rule.accepts(Bytes{n}) == wanted);
        if (wanted) below = Bytes{n};
        REQUIRE(rule.below(Bytes{n}) == below);
    }
    std::optional<Bytes> above = rule.above(Bytes{end});
    for (std::uint64_t n = end; n-- != 0;) {
        INFO("size " << n);
        if (rule.accepts(Bytes{n})) above = Bytes{n};
        REQUIRE(rule.above(Bytes{n}) == above);
    }
}

/// What is true of every rule at every size, also at the ends of the domain.
template <RamRule R>
void hold_to_contract(const R& rule) {
    INFO(rule.words().string());
    CHECK_FALSE(rule.accepts(0_B));
    CHECK_FALSE(rule.below(0_B));
    CHECK_FALSE(rule.words().empty());
    std::vector<std::uint64_t> sizes{0, 1, 2, 3, ~std::uint64_t{0}, ~std::uint64_t{0} - 1};
    for (unsigned bit = 1; bit != 64; ++bit)
        for (const std::uint64_t n :
             {(std::uint64_t{1} << bit) - 1, std::uint64_t{1} << bit, (std::uint64_t{1} << bit) + 1})
            sizes.push_back(n);
    for (const std::uint64_t n : sizes) {
        INFO("size " << n);
        const Bytes size{n};
        const auto below = rule.below(size), above = rule.above(size);
        if (below) CHECK((*below <= size && rule.accepts(*below)));
        if (above) CHECK((*above >= size && rule.accepts(*above)));
        CHECK((below == size) == rule.accepts(size));
        CHECK((above == size) == rule.accepts(size));
    }
}

/// Every sum of at most `count` modules.
std::set<std::uint64_t> sums(std::size_t count, const std::vector<std::uint64_t>& modules) {
    std::set<std::uint64_t> result{0};
    for (std::size_t i = 0; i != count; ++i)
        for (const std::uint64_t sum : std::set(result))
            for (const std::uint64_t module : modules) result.insert(sum + module);
    return result;
}

/// As firmware does it: each bank gets the largest module that still fits.
bool greedy(std::uint64_t size, std::size_t count, const std::vector<std::uint64_t>& modules) {
    for (std::size_t i = 0; i != count; ++i) {
        std::uint64_t best = 0;
        for (const std::uint64_t module : modules)
            if (module <= size && module > best) best = module;
        size -= best;
    }
    return size == 0;
}

}  // namespace

TEST_CASE("between, at most, at least, any") {
    compare(any, [](std::uint64_t) { return true; });
    compare(between(10_B, 20_B), [](std::uint64_t n) { return n >= 10 && n <= 20; });
    compare(between(10_B, 10_B), [](std::uint64_t n) { return n == 10; });
    compare(between(0_B, 20_B), [](std::uint64_t n) { return n <= 20; });
    compare(between(20_B, 10_B), [](std::uint64_t) { return false; });
    compare(at_most(20_B), [](std::uint64_t n) { return n <= 20; });
    compare(at_most(0_B), [](std::uint64_t) { return false; });
    compare(at_least(20_B), [](std::uint64_t n) { return n >= 20; });
    CHECK(at_least(largest).accepts(largest));
    CHECK(at_least(largest).above(5_B) == largest);
    CHECK_FALSE(at_most(20_B).above(21_B));
}

TEST_CASE("exactly and one of") {
    compare(exactly(7_B), [](std::uint64_t n) { return n == 7; });
    compare(exactly(0_B), [](std::uint64_t) { return false; });
    compare(one_of(64_B, 16_B, 32_B), [](std::uint64_t n) { return n == 16 || n == 32 || n == 64; });
    compare(one_of(5_B, 5_B), [](std::uint64_t n) { return n == 5; });
    compare(one_of(0_B, 5_B), [](std::uint64_t n) { return n == 5; });
}

TEST_CASE("multiples and powers of two") {
    for (std::uint64_t unit = 1; unit != 40; ++unit)
        compare(multiple_of(Bytes{unit}), [&](std::uint64_t n) { return n % unit == 0; });
    compare(multiple_of(0_B), [](std::uint64_t) { return false; });
    compare(power_of_two(), [](std::uint64_t n) {
        return n == 1 || n == 2 || n == 4 || n == 8 || n == 16 || n == 32 || n == 64 || n == 128;
    });
    CHECK(multiple_of(16_B).below(largest) == Bytes{~std::uint64_t{15}});
    CHECK_FALSE(multiple_of(16_B).above(largest));
    CHECK(multiple_of(largest).above(2_B) == largest);
    CHECK(power_of_two().below(largest) == Bytes{std::uint64_t{1} << 63});
    CHECK_FALSE(power_of_two().above(largest));
}

TEST_CASE("banks are filled greedily") {
    const std::vector<std::vector<std::uint64_t>> all_modules{{8},    {2, 8},      {4, 8, 16, 32},
                                                              {3, 5}, {6, 10, 15}, {3, 4, 9, 11}};
    for (const auto& modules : all_modules)
        for (std::size_t count = 0; count != 6; ++count) {
            INFO(count << " banks of " << modules.size() << " sizes from " << modules[0]);
            const auto expected = [&](std::uint64_t n) { return greedy(n, count, modules); };
            const auto m = [&](std::size_t i) { return Bytes{modules[i]}; };
            switch (modules.size()) {
            case 1: compare(banks(count, m(0)), expected); break;
            case 2: compare(banks(count, m(1), m(0)), expected); break;
            case 3: compare(banks(count, m(1), m(0), m(2)), expected); break;
            default: compare(banks(count, m(3), m(1), m(0), m(2)), expected); break;
            }
        }
}

TEST_CASE("banks refuse nothing that another split would hold, where each module divides the next") {
    for (std::size_t count = 1; count != 5; ++count) {
        const std::set<std::uint64_t> held = sums(count, {4, 8, 16, 64});
        const auto rule = banks(count, 4_B, 8_B, 16_B, 64_B);
        for (std::uint64_t n = 1; n != 300; ++n) REQUIRE(rule.accepts(Bytes{n}) == held.contains(n));
    }
    // And where they do not, the greedy answer stands: 6 = 3 + 3, but a bank takes 4 first.
    CHECK_FALSE(banks(2, 3_B, 4_B).accepts(6_B));
    CHECK(banks(2, 3_B, 4_B).below(6_B) == 4_B);
    CHECK(banks(2, 3_B, 4_B).above(6_B) == 7_B);
}

TEST_CASE("banks at the ends of the domain") {
    const Bytes half{std::uint64_t{1} << 63};
    CHECK(banks(2, half).accepts(half));
    CHECK_FALSE(banks(2, half).above(half + 1_B));
    CHECK(banks(2, half).below(largest) == half);
    CHECK_FALSE(banks(~std::size_t{0}, 4_B, 8_B).accepts(7_B));
    CHECK(banks(std::size_t{1000}, 0_B, 8_B).accepts(8_B));
    CHECK_FALSE(banks(0, 8_B).above(1_B));
}

TEST_CASE("both rules, either rule") {
    compare(power_of_two() && between(10_B, 100_B),
            [](std::uint64_t n) { return n == 16 || n == 32 || n == 64; });
    compare(between(10_B, 100_B) && power_of_two(),
            [](std::uint64_t n) { return n == 16 || n == 32 || n == 64; });
    compare(multiple_of(6_B) && multiple_of(10_B), [](std::uint64_t n) { return n % 30 == 0; });
    compare(multiple_of(6_B) && multiple_of(10_B) && at_most(100_B),
            [](std::uint64_t n) { return n % 30 == 0 && n <= 100; });
    compare(at_most(10_B) && at_least(20_B), [](std::uint64_t) { return false; });
    compare(multiple_of(3_B) && power_of_two(), [](std::uint64_t) { return false; });
    compare(exactly(7_B) || between(30_B, 40_B),
            [](std::uint64_t n) { return n == 7 || (n >= 30 && n <= 40); });
    compare((exactly(7_B) || between(30_B, 40_B)) && multiple_of(7_B),
            [](std::uint64_t n) { return n == 7 || n == 35; });
    compare((multiple_of(16_B) && at_most(64_B)) || (multiple_of(32_B) && at_least(96_B)),
            [](std::uint64_t n) { return (n % 16 == 0 && n <= 64) || (n % 32 == 0 && n >= 96); });
    compare(banks(2, 4_B, 16_B) && at_least(8_B),
            [](std::uint64_t n) { return n == 8 || n == 16 || n == 20 || n == 32; });
}

TEST_CASE("every rule keeps the contract at every size") {
    hold_to_contract(any);
    hold_to_contract(exactly(64_MiB));
    hold_to_contract(exactly(largest));
    hold_to_contract(one_of(1_B, 2_GiB, largest));
    hold_to_contract(at_most(3_GiB));
    hold_to_contract(at_least(3_GiB));
    hold_to_contract(multiple_of(1_MiB));
    hold_to_contract(multiple_of(largest));
    hold_to_contract(power_of_two());
    hold_to_contract(banks(4, 16_MiB, 64_MiB, 256_MiB));
    hold_to_contract(banks(2, Bytes{std::uint64_t{1} << 63}, 1_B));
    hold_to_contract(power_of_two() && between(128_MiB, 2_GiB));
    hold_to_contract(multiple_of(1_MiB) && at_most(2047_MiB));
    hold_to_contract(exactly(512_MiB) || power_of_two());
}

TEST_CASE("rules that hardly meet are decided at once, and only name fewer ways out") {
    const auto rule = multiple_of(Bytes{4'294'967'291}) && multiple_of(Bytes{4'294'967'279});
    CHECK_FALSE(rule.accepts(Bytes{4'294'967'291}));
    CHECK_FALSE(rule.above(1_B));
    const auto below = rule.below(Bytes{std::uint64_t{1} << 62});
    CHECK((!below || rule.accepts(*below)));
}

TEST_CASE("rules describe themselves") {
    CHECK(any.words().view() == "any amount but 0 bytes");
    CHECK(exactly(64_MiB).words().view() == "exactly 64 MiB");
    CHECK(one_of(128_MiB, 32_MiB, 64_MiB).words().view() == "32 MiB, 64 MiB or 128 MiB");
    CHECK(at_most(2049_MiB).words().view() == "at most 2049 MiB");
    CHECK(at_least(1_MiB).words().view() == "at least 1 MiB");
    CHECK(between(1_MiB, 1537_MiB).words().view() == "1 MiB to 1537 MiB");
    CHECK(multiple_of(5000_B).words().view() == "multiples of 5000 bytes");
    CHECK(power_of_two().words().view() == "a power of two");
    CHECK(banks(4, 32_MiB, 256_MiB, 64_MiB).words().view() == "up to 4 banks of 256 MiB, 64 MiB or 32 MiB");
    CHECK(banks(1, 32_MiB).words().view() == "1 bank of 32 MiB");
    CHECK((power_of_two() && at_most(2_GiB)).words().view() == "a power of two, at most 2 GiB");
    CHECK((exactly(1_GiB) || at_most(4_MiB)).words().view() == "exactly 1 GiB or at most 4 MiB");
}
