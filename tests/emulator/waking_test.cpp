// A deadline that comes between two looks at the clock, while harts are found to wait, wakes them all the same: on a clock of the
// world outside, time goes on between any two lines of the loop.
#include <wirewrap/emulator/emulator.hpp>

#include <catch2/catch.hpp>

#include <chrono>
#include <cstdint>

#include "tests/emulator/bed.hpp"

using namespace wirewrap;
using namespace wirewrap::test;
using namespace wirewrap::test::rv64;

namespace {

/// A tick passes with each look at it, as if the host were slow.
class CreepingClock {
public:
    explicit CreepingClock(std::uint64_t) {}
    std::uint64_t now() const { return ++ticks_; }
    std::uint64_t wall() const { return ticks_ * 100; }
    std::chrono::nanoseconds until(std::uint64_t tick) const {
        return std::chrono::nanoseconds{tick > ticks_ ? 100 * (tick - ticks_) : 0};
    }
    void executed(std::uint64_t) {}
    void idle(std::uint64_t) {}

private:
    mutable std::uint64_t ticks_ = 0;
};

/// Sleeps `times` times until a timer that is so many ticks away.
Assembler sleeper(std::uint64_t ticks, std::uint64_t times) {
    Assembler a(ram_base);
    a.li(s1, clint + 0x4000);
    a.li(t1, 1 << 7);
    a.emit(csrw(0x304, t1));
    a.li(a1, times);
    const std::uint64_t again = a.here();
    a.emit(csrr(t0, 0xc01));
    a.li(t1, ticks);
    a.emit(add(t0, t0, t1), sd(t0, s1, 0), wfi, addi(a1, a1, -1));
    a.emit(bne(a1, 0, back(a, again)));
    finish(a, 0x5555);
    return a;
}

}  // namespace

TEST_CASE("A run whose consoles have ended misses no deadline, whenever it comes") {
    for (std::uint64_t ticks = 1; ticks != 80; ++ticks) {
        DuoBed<CreepingClock> bed;
        bed.start(0, sleeper(ticks, 3));
        bed.park(1);
        NoConsole nobody;
        const Stopped stopped = bed.emulator.run(nobody, 100'000);
        INFO(ticks << " ticks");
        CHECK(stopped.finish == Finish{Finish::pass, 0});
    }
}

TEST_CASE("Nor does a main loop that sleeps as long as it is told") {
    for (std::uint64_t ticks = 1; ticks != 80; ++ticks) {
        DuoBed<CreepingClock> bed;
        bed.start(0, sleeper(ticks, 3));
        bed.park(1);
        Stopped stopped;
        bool told = true;
        while (told && (stopped = bed.emulator.poll(bed.console, 100'000)).reason == StopReason::asleep)
            told = bed.emulator.until_deadline().has_value();
        INFO(ticks << " ticks");
        CHECK(told);
    }
}
