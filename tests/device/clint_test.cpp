#include <catch2/catch.hpp>

#include <wirewrap/device/clint.hpp>

using namespace wirewrap;
using u32 = std::uint32_t;
using u64 = std::uint64_t;

static_assert(Device<Clint<1>> && DrivesPins<Clint<1>> && KeepsTime<Clint<1>> && Resettable<Clint<1>>);
static_assert(Clint<4095>::outputs.size() == 8190);
static_assert(Clint<2>::outputs[2] == "msip1");

namespace {
constexpr u64 never = ~u64{0};
constexpr u64 compare = 0x4000, mtime = 0xbff8;
constexpr std::size_t msip0 = 0, mtip0 = 1, msip1 = 2, mtip1 = 3;
}  // namespace

TEST_CASE("nothing is pending after reset") {
    Clint<2> clint;
    for (std::size_t pin = 0; pin != 4; ++pin) CHECK_FALSE(clint.output(pin));
    CHECK(clint.deadline() == never);
    CHECK(clint.read<u64>(mtime) == 0);
}

TEST_CASE("msip has one bit a hart") {
    Clint<2> clint;
    clint.write<u32>(4, 0xffff'ffff);
    CHECK(clint.read<u32>(4) == 1);
    CHECK(clint.output(msip1));
    CHECK_FALSE(clint.output(msip0));
    clint.write<u32>(4, 0xffff'fffe);
    CHECK_FALSE(clint.output(msip1));
    clint.write<u64>(0, 0x1'0000'0001);
    CHECK(clint.output(msip0));
    CHECK(clint.output(msip1));
    CHECK(clint.read<u64>(0) == 0x1'0000'0001);
}

TEST_CASE("a timer interrupt is up exactly while mtime >= mtimecmp") {
    Clint<2> clint;
    clint.write<u64>(compare + 8, 1000);
    CHECK(clint.deadline() == 1000);
    clint.tick(999);
    CHECK_FALSE(clint.output(mtip1));
    CHECK(clint.deadline() == 1000);
    clint.tick(1000);
    CHECK(clint.output(mtip1));
    CHECK_FALSE(clint.output(mtip0));
    clint.write<u64>(compare + 8, 1001);
    CHECK_FALSE(clint.output(mtip1));
    clint.write<u64>(compare, 1500);
    CHECK(clint.deadline() == 1001);
    clint.tick(1001);
    CHECK(clint.deadline() == 1500);
}

TEST_CASE("registers are reached by halves and whole") {
    Clint<1> clint;
    clint.write<u32>(compare, 0x89ab'cdef);
    clint.write<u32>(compare + 4, 0x0123'4567);
    CHECK(clint.read<u64>(compare) == 0x0123'4567'89ab'cdef);
    CHECK(clint.read<u32>(compare) == 0x89ab'cdef);
    CHECK(clint.read<u32>(compare + 4) == 0x0123'4567);
    clint.tick(0x1'0000'0002);
    CHECK(clint.read<u32>(mtime) == 2);
    CHECK(clint.read<u32>(mtime + 4) == 1);
    CHECK(clint.read<u64>(mtime) == 0x1'0000'0002);
}

TEST_CASE("a written mtime goes on from there") {
    Clint<1> clint;
    clint.tick(500);
    clint.write<u64>(mtime, 10'000);
    CHECK(clint.time() == 10'000);
    clint.tick(600);
    CHECK(clint.time() == 10'100);
    clint.write<u64>(compare, 10'150);
    CHECK(clint.deadline() == 650);  // in the platform's ticks
    clint.tick(650);
    CHECK(clint.output(mtip0));
    clint.write<u32>(mtime, 0);
    clint.write<u32>(mtime + 4, 1);
    CHECK(clint.time() == 0x1'0000'0000);
}

TEST_CASE("a deadline accounts for mtime wrapping to 0") {
    Clint<1> clint;
    clint.write<u64>(compare, never - 5);
    clint.write<u64>(mtime, never - 1);
    CHECK(clint.output(mtip0));
    CHECK(clint.deadline() == 2);
    clint.tick(2);
    CHECK(clint.time() == 0);
    CHECK_FALSE(clint.output(mtip0));
}

TEST_CASE("a deadline never lies in the past") {
    Clint<1> clint;
    clint.tick(never - 10);
    clint.write<u64>(mtime, 5);
    clint.write<u64>(compare, 100);
    CHECK(clint.deadline() == never);
    clint.write<u64>(compare, 10);
    CHECK(clint.deadline() == never - 5);
}

TEST_CASE("reserved registers read 0 and take nothing") {
    Clint<1> clint;
    for (const u64 offset : {u64{4}, u64{0x3ffc}, u64{0x4008}, u64{0xbff0}, u64{0xc000}, u64{0xfffc}}) {
        clint.write<u32>(offset, 0xffff'ffff);
        CHECK(clint.read<u32>(offset) == 0);
    }
    CHECK(clint.read<u64>(0xfff8) == 0);
    CHECK(clint.read<u64>(compare) == never);
    CHECK_FALSE(clint.output(msip0));
}

TEST_CASE("the most harts that fit end below mtime") {
    Clint<4095> clint;
    clint.write<u64>(0x4000 + 8 * 4094, 7);
    CHECK(clint.read<u64>(mtime) == 0);
    CHECK(clint.deadline() == 7);
    clint.write<u32>(4 * 4094, 1);
    CHECK(clint.output(2 * 4094));
}

TEST_CASE("reset starts mtime again while the platform's timer goes on") {
    Clint<1> clint;
    clint.tick(5000);
    clint.write<u32>(0, 1);
    clint.write<u64>(compare, 0);
    clint.reset();
    CHECK(clint.time() == 0);
    CHECK_FALSE(clint.output(msip0));
    CHECK_FALSE(clint.output(mtip0));
    clint.tick(5003);
    CHECK(clint.time() == 3);
}
