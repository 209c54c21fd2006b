#include <wirewrap/emulator/clock.hpp>

#include <catch2/catch.hpp>

using namespace wirewrap;
using namespace std::chrono_literals;

TEST_CASE("Virtual time counts instructions and skips idle time") {
    VirtualClock clock(10'000'000);
    CHECK(clock.now() == 0);
    clock.executed(250);
    CHECK(clock.now() == 2);  // 100 instructions a tick
    clock.executed(50);
    CHECK(clock.now() == 3);
    clock.idle(1000);
    CHECK(clock.now() == 1000);
    clock.idle(5);  // in the past
    CHECK(clock.now() == 1000);
    clock.executed(100);
    CHECK(clock.now() == 1001);
    CHECK(clock.until(2000) == 0ns);
}

TEST_CASE("On the wall, virtual time begins on 2020-01-01 and goes as fast as its ticks") {
    VirtualClock clock(10'000'000);
    CHECK(clock.wall() == 1'577'836'800'000'000'000);
    clock.idle(25'000'001);
    CHECK(clock.wall() == 1'577'836'802'500'000'100);
}

TEST_CASE("Virtual time has a tick for each instruction at most") {
    VirtualClock clock(4'000'000'000);
    clock.executed(7);
    CHECK(clock.now() == 7);
}

TEST_CASE("Host time goes forwards, and says how long to sleep") {
    HostClock clock(10'000'000);
    const std::uint64_t before = clock.now();
    CHECK(clock.until(before) == 0ns);
    const auto wait = clock.until(before + 10'000'000);
    CHECK(wait <= 1s);
    CHECK(clock.until(~std::uint64_t{0}) == 1h);
    while (clock.now() == before) {}
    CHECK(clock.now() > before);
    CHECK(clock.wall() > 1'577'836'800'000'000'000);
}
