// Harts in turns below an operating system: firmware is not cut in the middle, and does not wait at the expense of others.
#include <catch2/catch.hpp>

#include <wirewrap/debug/stepped.hpp>

#include "tests/emulator/bed.hpp"
#include "tests/emulator/pausing_harts.hpp"

using namespace wirewrap;
using namespace wirewrap::test;
using namespace wirewrap::test::rv64;

namespace {

template <class Bus>
using Debugged = debug::Stepped<pausing::Interpreted<Bus>>;

constexpr std::uint64_t place = ram_base + 0x8000, others = ram_base + 0x4000;
constexpr std::uint32_t mtvec = 0x305, medeleg = 0x302, mepc = 0x341, mie = 0x304, pmpcfg0 = 0x3a0,
                        pmpaddr0 = 0x3b0, mstatus = 0x300;
constexpr std::uint64_t msip1 = clint + 4;

/// Counts to 500 and calls its firmware, for ever, which stores the number of the call at `place`, does `between` other instructions, and stores
/// it behind. `delegates`: there is something for an operating system to do.
Assembler caller(int between, bool delegates) {
    Assembler a(ram_base);
    const std::uint64_t body = ram_base + 0x400, handler = ram_base + 0x800;
    a.li(s0, place);
    a.li(t0, handler);
    a.emit(csrw(mtvec, t0));
    a.li(t0, 0x1000);
    a.emit(csrw(medeleg, delegates ? t0 : 0));
    a.li(t0, -1);
    a.emit(csrw(pmpaddr0, t0));
    a.li(t0, 0x1f);
    a.emit(csrw(pmpcfg0, t0));
    a.li(t0, body);
    a.emit(csrw(mepc, t0), csrw(mstatus, 0), mret);
    while (a.here() != body) a.emit(nop);
    a.li(t1, 500);
    a.emit(addi(t1, t1, -1), bne(t1, 0, -4), ecall, jal(0, -16));
    while (a.here() != handler) a.emit(nop);
    a.emit(addi(s1, s1, 1), sd(s1, s0, 0));
    for (int i = 0; i != between; ++i) a.emit(nop);
    a.emit(sd(s1, s0, 8));
    a.li(t0, body);
    a.emit(csrw(mepc, t0), mret);
    return a;
}
/// Counts in a0 how often it looks, and in a1 how often the numbers differ.
Assembler watcher() {
    Assembler a(others);
    a.li(s0, place);
    const std::uint64_t again = a.here();
    a.emit(addi(a0, a0, 1), ld(t0, s0, 0), ld(t1, s0, 8));
    a.emit(beq(t0, t1, back(a, again)));
    a.emit(addi(a1, a1, 1));
    a.emit(beq(0, 0, back(a, again)));
    return a;
}

template <template <class> class HartType>
struct Bed : DuoBed<VirtualClock, HartType> {
    Bed(std::uint64_t slice, const Assembler& first, const Assembler& second)
        : DuoBed<VirtualClock, HartType>({.slice = slice}) {
        this->start(0, first);
        this->start(1, second);
    }
    std::uint64_t x(std::size_t hart, std::size_t number) { return this->emulator.hart(hart).x(number); }
};

/// Polls with WFI, whose interrupt is pending for ever, until `place` is not 0; then ends the run.
Assembler poller() {
    Assembler a(others);
    a.li(s0, place);
    a.li(t0, 8);
    a.emit(csrw(mie, t0));
    const std::uint64_t again = a.here();
    a.emit(wfi, ld(t0, s0, 0));
    a.emit(beq(t0, 0, back(a, again)));
    a.li(t0, finisher);
    a.li(t1, 0x5555);
    a.emit(sw(t1, t0, 0), jal(0, 0));
    return a;
}
/// Raises hart 1's software interrupt, counts to 50,000, and stores.
Assembler worker() {
    Assembler a(ram_base);
    a.li(s0, place);
    a.li(t0, msip1);
    a.li(t1, 1);
    a.emit(sw(t1, t0, 0));
    a.li(t0, 25'000);
    a.emit(addi(t0, t0, -1), bne(t0, 0, -4), sd(t1, s0, 0), jal(0, 0));
    return a;
}

}  // namespace

TEMPLATE_TEST_CASE("A turn does not end in firmware that is soon over", "", Bed<Rv64>, Bed<Debugged>,
                   Bed<pausing::Translated>) {
    using Bed = TestType;
    Bed bed(20'000, caller(300, true), watcher());
    REQUIRE(bed.emulator.run(bed.console, 4'000'000).reason == StopReason::limit);
    CHECK(bed.x(0, s1) > 1000);
    CHECK(bed.x(1, a0) > 100'000);
    CHECK(bed.x(1, a1) == 0);

    // It does where nothing is left to an operating system, and in slices too short to be spared.
    Bed bare(20'000, caller(300, false), watcher());
    bare.emulator.run(bare.console, 4'000'000);
    CHECK(bare.x(1, a1) != 0);
    Bed brief(1000, caller(300, true), watcher());
    brief.emulator.run(brief.console, 4'000'000);
    CHECK(brief.x(1, a1) != 0);
}

TEMPLATE_TEST_CASE("Firmware that does not end has a sixteenth of a slice besides", "", Bed<Rv64>,
                   Bed<Debugged>, Bed<pausing::Translated>) {
    using Bed = TestType;
    Bed bed(20'000, caller(100'000, true), watcher());
    bed.emulator.run(bed.console, 20'000 + 1216 + 10);
    CHECK(bed.emulator.progress().turn.hart == 1);
    CHECK(bed.emulator.progress().turn.left == 20'000 + 1216 - 10);
    // It counts as any other instruction, wherever a run is cut.
    for (const std::uint64_t cut : {1u, 63u, 64u, 997u}) {
        Bed once(20'000, caller(300, true), watcher()), often(20'000, caller(300, true), watcher());
        REQUIRE(once.emulator.run(once.console, 60'000).executed == 60'000);
        for (std::uint64_t done = 0; done != 60'000;)
            done += often.emulator.run(often.console, std::min(cut, 60'000 - done)).executed;
        for (const std::size_t hart : {0u, 1u}) {
            CHECK(once.emulator.hart(hart).pc() == often.emulator.hart(hart).pc());
            CHECK(once.emulator.hart(hart).retired() == often.emulator.hart(hart).retired());
        }
        CHECK(once.emulator.progress().turn.left == often.emulator.progress().turn.left);
    }
}

TEMPLATE_TEST_CASE("A hart that polls with WFI does not use up its turns", "", Bed<Rv64>, Bed<Debugged>,
                   Bed<pausing::Translated>) {
    using Bed = TestType;
    Bed bed(1000, worker(), poller());
    const Stopped stopped = bed.emulator.run(bed.console, 10'000'000);
    REQUIRE(stopped.reason == StopReason::finished);
    CHECK(stopped.executed < 50'000 + 3000);
    CHECK(bed.emulator.hart(1).retired() < 1000);
    for (const std::uint64_t cut : {1u, 2u, 3u, 5u, 1000u}) {
        Bed often(1000, worker(), poller());
        std::uint64_t done = 0;
        while (done != stopped.executed)
            done += often.emulator.run(often.console, std::min(cut, stopped.executed - done)).executed;
        CHECK(often.x(1, t1) == 0x5555);
        CHECK(often.emulator.hart(1).retired() == bed.emulator.hart(1).retired());
    }
}

TEST_CASE("A hart by itself goes on behind a WFI that does not wait, and waits for what is not there") {
    DuoMachine machine = DuoMachine::create().value();
    Rv64<DuoMachine> hart(machine, {.hart_id = 1, .reset_pc = others});
    const Assembler a = poller();
    std::ranges::copy(a.bytes(), machine.ram_span(at(others), Bytes{a.bytes().size()}).begin());
    REQUIRE(machine.store<std::uint32_t>(at(msip1), 1));
    CHECK(hart.run(3000) == riscv::RunResult{3000, riscv::RunExit::budget});
    CHECK(hart.run_on(3000).reason == riscv::RunExit::paused);
    CHECK(hart.run_on(3) == riscv::RunResult{3, riscv::RunExit::paused});  // with its last instruction
    REQUIRE(machine.store<std::uint32_t>(at(msip1), 0));
    CHECK(hart.run_on(3000) == riscv::RunResult{3, riscv::RunExit::waiting});
    CHECK(hart.waiting());
}
