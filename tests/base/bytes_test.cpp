#include <catch2/catch.hpp>

#include <concepts>
#include <cstdint>

#include <wirewrap/base/address.hpp>
#include <wirewrap/base/bytes.hpp>

using namespace wirewrap;
using namespace wirewrap::literals;

static_assert(1_KiB == 1024_B && 1_MiB == 1024_KiB && 1_GiB == 1024_MiB && 1_TiB == 1024_GiB);
static_assert(64_MiB == Bytes{67108864});
static_assert(18'446'744'073'709'551'615_B == Bytes{~std::uint64_t{0}});
static_assert(16'777'215_TiB == Bytes{~std::uint64_t{0}} - 1_TiB + 1_B);

static_assert(3_KiB + 1_KiB == 4_KiB && 3_KiB - 1_KiB == 2_KiB && 3_KiB * 2 == 6_KiB && 2 * 3_KiB == 6_KiB);
static_assert(3_KiB / 2 == 1536_B);
static_assert(64_MiB / 4_KiB == 16384 && 10_B / 4_B == 2 && 10_B % 4_B == 2_B);
static_assert(1_KiB < 1_MiB && 1_MiB >= 1024_KiB && Bytes{} == 0_B);

static_assert(!is_power_of_two(0_B) && is_power_of_two(1_B) && is_power_of_two(64_MiB) &&
              !is_power_of_two(48_MiB));
static_assert(is_power_of_two(Bytes{std::uint64_t{1} << 63}) && !is_power_of_two(Bytes{~std::uint64_t{0}}));

// A byte count is nothing else, and nothing else is a byte count.
static_assert(!std::convertible_to<std::uint64_t, Bytes> && !std::convertible_to<Bytes, std::uint64_t>);
static_assert(!std::convertible_to<GuestAddress, Bytes> && !std::convertible_to<Bytes, GuestAddress>);
template <class A, class B>
concept Adds = requires(A a, B b) { a + b; };
template <class A, class B>
concept Multiplies = requires(A a, B b) { a* b; };
static_assert(Adds<Bytes, Bytes> && !Adds<Bytes, std::uint64_t> && !Multiplies<Bytes, Bytes>);

TEST_CASE("byte counts add up in place") {
    Bytes sum = 1_KiB;
    sum += 24_B;
    CHECK(sum == 1048_B);
    sum -= 1_KiB;
    CHECK(sum == 24_B);
}

TEST_CASE("a byte count is 64 bits wide") {
    const Bytes size = 5_TiB;
    CHECK(size.count == 5'497'558'138'880u);
    CHECK((size * 3).count == 16'492'674'416'640u);
    CHECK(size / 1_B == 5'497'558'138'880u);
}
