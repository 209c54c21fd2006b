#include <catch2/catch.hpp>

#include <cstdint>

#include <wirewrap/base/address.hpp>

using namespace wirewrap;
using namespace wirewrap::literals;

static_assert(at(0x8000'0000) + 4_KiB == GuestAddress{0x8000'1000});
static_assert(at(0x8000'1000) - 4_KiB == at(0x8000'0000));
static_assert(at(0x8000'1000) - at(0x8000'0000) == 4_KiB);
static_assert(at(0x1000) < at(0x1001) && at(0x1000) <= at(0x1000));
static_assert(at(~std::uint64_t{0}) + 1_B == at(0),
              "addresses are modulo 2^64; Interval::wraps() is what tells");

template <class A, class B>
concept Adds = requires(A a, B b) { a + b; };
static_assert(Adds<GuestAddress, Bytes> && !Adds<GuestAddress, GuestAddress> &&
              !Adds<GuestAddress, std::uint64_t>);

TEST_CASE("differences of addresses are byte counts, whatever the distance") {
    for (const std::uint64_t base : {std::uint64_t{0}, std::uint64_t{0x8000'0000}, ~std::uint64_t{0}})
        for (const std::uint64_t size : {std::uint64_t{0}, std::uint64_t{1}, ~std::uint64_t{0}})
            CHECK((at(base) + Bytes{size}) - at(base) == Bytes{size});
}
