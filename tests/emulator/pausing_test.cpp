// PAUSE (Zihintpause): a hart that waits for another one gives its turn away, and nobody computes anything else for it.
#include <catch2/catch.hpp>

#include <wirewrap/debug/stepped.hpp>

#include "tests/emulator/bed.hpp"
#include "tests/emulator/pausing_harts.hpp"

using namespace wirewrap;
using namespace wirewrap::test;
using namespace wirewrap::test::pausing;
using namespace wirewrap::test::rv64;

namespace {

template <class Bus>
using Debugged = debug::Stepped<Interpreted<Bus>>;

constexpr std::uint32_t pause_word = 0x0100'000f;
constexpr std::uint64_t place = ram_base + 0x8000;
constexpr std::int64_t rounds = 100;

/// Waits until `place` holds what it wants, adds one, `rounds` times; hart 0 wants even numbers, hart 1 odd ones.
Assembler partner(std::uint64_t at_address, std::int64_t first, std::uint32_t hint) {
    Assembler a(at_address);
    a.li(s0, place);
    a.emit(addi(s1, 0, first), addi(a0, 0, rounds));
    const std::uint64_t wait = a.here();
    a.emit(hint, ld(t0, s0, 0));
    a.emit(bne(t0, s1, back(a, wait)));
    a.emit(addi(t0, t0, 1), sd(t0, s0, 0), addi(s1, s1, 2), addi(a0, a0, -1));
    a.emit(bne(a0, 0, back(a, wait)));
    if (first == 0) {
        a.emit(jal(0, 0));
        return a;
    }
    a.li(t0, finisher);
    a.li(t1, 0x5555);
    a.emit(sw(t1, t0, 0), jal(0, 0));
    return a;
}

/// How many instructions the two take to pass a number to and fro.
template <template <class> class HartType>
std::uint64_t instructions(std::uint32_t hint) {
    DuoBed<VirtualClock, HartType> bed({.slice = 1000});
    bed.start(0, partner(ram_base, 0, hint));
    bed.start(1, partner(ram_base + 0x1000, 1, hint));
    const Stopped stopped = bed.emulator.run(bed.console, 10'000'000);
    REQUIRE(stopped.reason == StopReason::finished);
    REQUIRE(bed.machine.template load<std::uint64_t>(at(place)) == 2u * rounds);
    return stopped.executed;
}

}  // namespace

TEST_CASE("Harts that wait for each other with PAUSE do not use up their turns") {
    // By a turn of a thousand instructions each time, or by one look.
    CHECK(instructions<Interpreted>(nop) > 200'000 - 2000);
    const std::uint64_t few = instructions<Interpreted>(pause_word);
    CHECK(few < 3000);
    CHECK(instructions<Translated>(pause_word) == few);
    CHECK(instructions<Debugged>(pause_word) == few);
    // A hart without Zihintpause has it for a fence, as every fence that is not known.
    CHECK(instructions<riscv::DefaultHart>(pause_word) > 200'000 - 2000);
}

TEST_CASE("PAUSE is one instruction wherever a run is cut, and one hart alone goes on") {
    Assembler a(ram_base);
    a.emit(pause_word, addi(t0, t0, 1), pause_word, addi(t0, t0, 1), jal(0, -16));
    DuoBed<VirtualClock, Interpreted> alone({.slice = 100, .harts = 1});
    alone.start(0, a);
    CHECK(alone.emulator.run(alone.console, 5).executed == 5);
    CHECK(alone.emulator.progress().turn.left == 95);  // the turn goes on
    for (std::uint64_t limit = 1; limit != 12; ++limit) {
        DuoBed<VirtualClock, Interpreted> once({.slice = 100}), often({.slice = 100});
        for (auto* bed : {&once, &often})
            for (const std::size_t hart : {0u, 1u}) bed->start(hart, a);
        REQUIRE(once.emulator.run(once.console, 1000).executed == 1000);
        std::uint64_t done = 0;
        while (done != 1000) done += often.emulator.run(often.console, std::min(limit, 1000 - done)).executed;
        for (const std::size_t hart : {0u, 1u}) {
            CHECK(once.emulator.hart(hart).pc() == often.emulator.hart(hart).pc());
            CHECK(once.emulator.hart(hart).x(t0) == often.emulator.hart(hart).x(t0));
        }
        CHECK(once.emulator.progress().turn.hart == often.emulator.progress().turn.hart);
        CHECK(once.emulator.progress().turn.left == often.emulator.progress().turn.left);
    }
}

TEST_CASE("A hart by itself runs to its limit over PAUSE, and tells it when it is asked for its turn") {
    DuoMachine machine = DuoMachine::create().value();
    Assembler a(ram_base);
    a.emit(addi(t0, t0, 1), pause_word, jal(0, -8));
    std::ranges::copy(a.bytes(), machine.ram_span(at(ram_base), Bytes{a.bytes().size()}).begin());
    Interpreted<DuoMachine> hart(machine, {.hart_id = 0, .reset_pc = ram_base});
    CHECK(hart.run(3'000'000) == riscv::RunResult{3'000'000, riscv::RunExit::budget});
    CHECK(hart.x(t0) == 1'000'000);
    CHECK(hart.run_on(3'000'000) == riscv::RunResult{2, riscv::RunExit::paused});
    CHECK(hart.pc() == ram_base + 8);
    CHECK(hart.run_on(3) == riscv::RunResult{3, riscv::RunExit::paused});  // with its last instruction
    CHECK(hart.retired() == 3'000'005);
}
