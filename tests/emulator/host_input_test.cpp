// What comes from the host for devices: looked at before turns, waited for while all harts wait.
#include <catch2/catch.hpp>

#include <chrono>
#include <cstdint>

#include <wirewrap/emulator/host_input.hpp>

#include "tests/emulator/bed.hpp"

using namespace wirewrap;
using namespace wirewrap::test;
using namespace wirewrap::test::rv64;

namespace {

/// Raises the software interrupt of hart 0 at its `when`th look, and behind some of the sleeps.
struct Visitor : HostInput {
    explicit Visitor(DuoMachine& machine) : machine(machine) {}
    bool deliver() override {
        ++looks;
        if (looks != when && !come) return false;
        come = false;
        ++delivered;
        return machine.store<std::uint32_t>(at(clint), 1u).has_value();
    }
    void wait(std::chrono::nanoseconds time) override {
        ++waits;
        waited += time;
        come = comes_every != 0 && waits % comes_every == 0;
    }
    DuoMachine& machine;
    int looks = 0, when = -1, delivered = 0, waits = 0, comes_every = 0;
    bool come = false;
    std::chrono::nanoseconds waited{0};
};

/// Waits for interrupts until the third of them, then finishes.
Assembler sleeper() {
    Assembler a(ram_base);
    a.li(t0, 1 << 3);
    a.emit(csrw(0x304, t0));  // mie: the software interrupt; none is taken
    a.li(s0, clint);
    a.emit(addi(s1, 0, 3));
    const std::uint64_t again = a.here();
    a.emit(wfi, sw(0, s0, 0), addi(s1, s1, -1));
    a.emit(bne(s1, 0, back(a, again)));
    a.li(t0, finisher);
    a.li(t1, 0x5555);
    a.emit(sw(t1, t0, 0), jal(0, 0));
    return a;
}

}  // namespace

TEST_CASE("A machine that waits is woken by what comes from the host, and is idle without") {
    DuoBed<> bed({.harts = 1});
    EndingScript nobody;
    bed.start(0, sleeper());
    CHECK(bed.emulator.run(nobody, 1000).reason == StopReason::idle);
    Visitor visitor(bed.machine);
    bed.emulator.connect(visitor);
    // Whoever has a loop of his own is told to come again.
    CHECK(bed.emulator.poll(nobody, 1000).reason == StopReason::asleep);
    CHECK(visitor.waits == 0);
    visitor.when = visitor.looks + 1;
    CHECK(bed.emulator.poll(nobody, 1000).reason == StopReason::asleep);
    CHECK(visitor.delivered == 1);
    CHECK(visitor.waits == 0);
    // `run` sleeps there, and each second sleep ends with something.
    visitor.comes_every = 2;
    CHECK(bed.emulator.run(nobody, 1000).reason == StopReason::finished);
    CHECK(visitor.delivered == 3);
    CHECK(visitor.waits == 4);
    CHECK(visitor.waited <= 4 * std::chrono::milliseconds(100));
}

TEST_CASE("A machine that works is visited before each turn") {
    DuoBed<> bed({.slice = 100, .harts = 1});
    Assembler a(ram_base);
    a.emit(jal(0, 0));
    bed.start(0, a);
    Visitor visitor(bed.machine);
    bed.emulator.connect(visitor);
    CHECK(bed.emulator.run(bed.console, 1000).reason == StopReason::limit);
    CHECK(visitor.looks == 10);
    CHECK(visitor.waits == 0);
}
