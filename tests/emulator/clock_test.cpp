#include <wirewrap/emulator/clock.hpp>

#include <catch2/catch.hpp>

#include <wirewrap/state/fields.hpp>

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

TEST_CASE("A virtual clock that is idle for ever passes no time") {
    VirtualClock clock(10'000'000);
    clock.executed(1000);
    clock.idle(~std::uint64_t{0});
    CHECK(clock.now() == 10);
    CHECK(clock.wall() == 1'577'836'800'000'001'000);
}

TEST_CASE("Virtual time tells how many instructions a tick is away") {
    VirtualClock clock(10'000'000);
    clock.executed(250);
    CHECK(clock.instructions_until(3) == 50);
    clock.executed(50);
    CHECK(clock.now() == 3);
    CHECK(clock.instructions_until(3) == 0);
    CHECK(clock.instructions_until(2) == 0);
    CHECK(clock.instructions_until(5) == 200);
    CHECK(clock.instructions_until(~std::uint64_t{0}) > 1'000'000'000'000);
}

TEST_CASE("An instruction takes two to the power of the shift nanoseconds") {
    const unsigned shift = GENERATE(0u, 1u, 3u, 7u, 10u, 11u, 20u, 30u);
    INFO(shift);
    VirtualClock clock(10'000'000, shift);
    std::uint64_t executed = 0;
    for (const std::uint64_t more : {1u, 2u, 3u, 50u, 99u, 100u, 101u, 12'345u, 1'000'003u}) {
        clock.executed(more);
        executed += more;
        CHECK(clock.now() == (executed << shift) / 100);
        for (const std::uint64_t ahead : {1u, 2u, 11u, 1'000u}) {
            const std::uint64_t tick = clock.now() + ahead, n = clock.instructions_until(tick);
            REQUIRE(n > 0);
            CHECK(clock.now_after(n) >= tick);
            CHECK(clock.now_after(n - 1) < tick);
        }
    }
    // Ticks may be shorter than an instruction: then time passes some of them at once.
    VirtualClock fast(1'000'000'000, shift);
    fast.executed(1);
    CHECK(fast.now() == std::uint64_t{1} << shift);
    CHECK(fast.now_after(~std::uint64_t{0}) == ~std::uint64_t{0} - 1);
}

TEST_CASE("An instruction may take longer than there are times") {
    const unsigned shift = GENERATE(62u, 63u, 64u, 1000u);
    INFO(shift);
    VirtualClock clock(10'000'000, shift);
    CHECK(clock.instructions_until(1) == 1);
    CHECK(clock.now_after(1) >= (std::uint64_t{1} << 62) / 100);
    clock.executed(1);
    clock.executed(5);
    CHECK(clock.now() == (~std::uint64_t{0} - 1) / 100);
}

TEST_CASE("A virtual clock goes on from where another one was, at its own speed") {
    VirtualClock slow(10'000'000, 5), quick(10'000'000);
    slow.executed(1'000);
    slow.idle(1'000);
    state::FieldWriter writer;
    slow.state(writer);
    state::FieldReader reader(writer.bytes());
    quick.state(reader);
    REQUIRE(reader.finish());
    CHECK(quick.now() == slow.now());
    quick.executed(100);
    CHECK(quick.now() == slow.now() + 1);
}

TEST_CASE("A virtual clock that is asked about more instructions than there are numbers does not go back") {
    constexpr std::uint64_t all = ~std::uint64_t{0};
    VirtualClock clock(10'000'000);
    clock.executed(1000);
    CHECK(clock.now() == 10);
    CHECK(clock.now_after(all) == (all - 1) / 100);
    CHECK(clock.wall_after(all) > clock.wall());
}

TEST_CASE("Units are changed exactly, and stop at the last number") {
    using detail::change_unit;
    constexpr std::uint64_t latest = ~std::uint64_t{0} - 1, second = 1'000'000'000;
    STATIC_REQUIRE(change_unit(0, 0, 5) == 0);
    STATIC_REQUIRE(change_unit(1, 0, 5) == latest);
    STATIC_REQUIRE(change_unit(1, 5, 0) == 0);
    STATIC_REQUIRE(change_unit(2'500'000'000, second, 10'000'000) == 25'000'000);
    STATIC_REQUIRE(change_unit(7, 3, 10) == 23);
    STATIC_REQUIRE(change_unit(latest, 1, 1) == latest);
    STATIC_REQUIRE(change_unit(latest, 1, 2) == latest);
    // Products that need more than 64 bits: 10^18 - 1 of 10^18 a second, at 2^63 a second.
    constexpr std::uint64_t many = 1'000'000'000'000'000'000;
    STATIC_REQUIRE(change_unit(many - 1, many, std::uint64_t{1} << 63) == (std::uint64_t{1} << 63) - 10);
    STATIC_REQUIRE(change_unit(many - 1, many, many) == many - 1);
    STATIC_REQUIRE(change_unit(latest - 1, latest, latest) == latest - 1);
}

TEST_CASE("Clocks of any frequency are right for 500 years") {
    constexpr std::uint64_t years = 500ULL * 365 * 24 * 3600, second = 1'000'000'000;
    const std::uint64_t frequency = GENERATE(1ULL, 3ULL, 32'768ULL, 10'000'000ULL, 999'999'999ULL,
                                             1'000'000'000ULL);
    INFO(frequency);
    VirtualClock clock(frequency);
    clock.idle(years * frequency);
    CHECK(clock.now() == years * frequency);
    CHECK(clock.wall() == (1'577'836'800 + years) * second);
    clock.idle(clock.now() + 1);
    CHECK(clock.wall() == (1'577'836'800 + years) * second + second / frequency);
    HostClock host(frequency);
    CHECK(host.until(host.now() + years * frequency) == 1h);
    CHECK(host.now() < 60 * frequency);
}

TEST_CASE("Clocks of no frequency, and of more than there are nanoseconds, do not divide by zero") {
    VirtualClock still(0);
    still.executed(1'000'000);
    still.idle(5);
    CHECK(still.now() == 0);
    CHECK(still.wall() == 1'577'836'800'000'000'000);
    CHECK(still.instructions_until(1) > 1'000'000'000'000);
    HostClock host(0);
    CHECK(host.now() == 0);
    CHECK(host.until(1) == 1h);
    CHECK(host.until(0) == 0ns);
    for (const std::uint64_t frequency : {1'000'000'001ULL, 5'000'000'000ULL, ~0ULL}) {
        INFO(frequency);
        VirtualClock fast(frequency);
        fast.executed(7);
        CHECK(fast.now() == 7);
        CHECK(fast.wall() >= 1'577'836'800'000'000'000);
        fast.idle(~std::uint64_t{0} - 1);
        fast.executed(100);
        CHECK(fast.now() == ~std::uint64_t{0} - 1);  // it stands still there
        HostClock quick(frequency);
        const std::uint64_t now = quick.now();
        CHECK(now != ~std::uint64_t{0});
        CHECK(quick.until(now + 1) <= 1us);
    }
}
