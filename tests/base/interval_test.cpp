#include <catch2/catch.hpp>

#include <cstdint>
#include <vector>

#include <wirewrap/base/interval.hpp>

using namespace wirewrap;
using namespace wirewrap::literals;

namespace {

constexpr std::uint64_t top = ~std::uint64_t{0};
constexpr Interval last_page{at(0xffff'ffff'ffff'f000), 4_KiB};

static_assert(last_page.last() == at(top) && !last_page.wraps() && last_page.fits(64) && !last_page.fits(63));
static_assert(last_page.contains(at(top)) && !last_page.contains(at(0)));
static_assert(Interval{last_page.base, 4097_B}.wraps() && !Interval{last_page.base, 4097_B}.fits(64));
static_assert(!Interval{at(0), Bytes{top}}.wraps() && Interval{at(2), Bytes{top}}.wraps());
static_assert(!Interval{at(1), Bytes{top}}.wraps(), "it ends exactly at 2^64");

static_assert(Interval{at(5), 0_B}.empty() && !Interval{at(5), 0_B}.wraps() &&
              Interval{at(top), 0_B}.fits(1));
static_assert(Interval{at(0), 4_GiB}.fits(32) && !Interval{at(1), 4_GiB}.fits(32) &&
              Interval{at(0), 1_B}.fits(1));

/// Which of the addresses 0 … 15 are in an interval, counted one by one.
std::vector<bool> members(Interval i) {
    std::vector<bool> result(16);
    for (std::uint64_t n = 0; n != i.size.count; ++n) result.at((i.base.value + n) % 16) = true;
    return result;
}

}  // namespace

TEST_CASE("intervals agree with counting their addresses") {
    for (std::uint64_t a = 0; a != 16; ++a)
        for (std::uint64_t n = 0; a + n <= 16; ++n) {
            const Interval x{at(a), Bytes{n}};
            const auto in_x = members(x);
            CHECK(x.empty() == (n == 0));
            for (std::uint64_t p = 0; p != 16; ++p) REQUIRE(x.contains(at(p)) == in_x[p]);
            for (std::uint64_t b = 0; b != 16; ++b)
                for (std::uint64_t m = 0; b + m <= 16; ++m) {
                    const Interval y{at(b), Bytes{m}};
                    const auto in_y = members(y);
                    bool all = true, some = false;
                    for (std::size_t p = 0; p != 16; ++p) {
                        all = all && (!in_y[p] || in_x[p]);
                        some = some || (in_x[p] && in_y[p]);
                    }
                    REQUIRE(x.contains(y) == all);
                    REQUIRE(x.overlaps(y) == some);
                }
        }
}

TEST_CASE("the same holds where the address space ends") {
    // 16 addresses, the last of which is 2^64 - 1.
    const auto up = [](std::uint64_t a) { return at(a - 16); };
    for (std::uint64_t a = 0; a != 16; ++a)
        for (std::uint64_t n = 1; a + n <= 17; ++n) {
            const Interval x{up(a), Bytes{n}};
            CHECK(x.wraps() == (a + n > 16));
            CHECK(x.fits(64) == (a + n <= 16));
            if (x.wraps()) continue;
            CHECK(x.last() == up(a + n - 1));
            CHECK_FALSE(x.contains(at(0)));
            for (std::uint64_t b = 0; b != 16; ++b) {
                REQUIRE(x.contains(up(b)) == (b >= a && b < a + n));
                REQUIRE(x.overlaps({up(b), 1_B}) == (b >= a && b < a + n));
                REQUIRE(x.contains(Interval{up(b), Bytes{16 - b}}) == (b >= a && a + n == 16));
            }
        }
}

TEST_CASE("an interval that wraps is inside of none, and holds what it holds modulo 2^64") {
    const Interval wrapped{at(0xffff'ffff'ffff'f000), 8_KiB};
    CHECK_FALSE(last_page.contains(wrapped));
    CHECK_FALSE((Interval{at(0), Bytes{top}}.contains(wrapped)));
    CHECK(wrapped.overlaps(last_page));
}
