// Time while a hart runs: it moves when it is read, timers and alarms that are set in a turn come at their instruction, and
// what an access asks for takes effect behind it. Interpreted and translated.
#include <wirewrap/emulator/emulator.hpp>

#include <catch2/catch.hpp>

#include <algorithm>
#include <cstdint>
#include <thread>
#include <type_traits>
#include <utility>

#include <wirewrap/cpu/riscv/rv64gc.hpp>
#include <wirewrap/jit.hpp>

#include "tests/emulator/bed.hpp"

using namespace wirewrap;
using namespace wirewrap::test;
using namespace wirewrap::test::rv64;

namespace {

template <class Bus>
using Translated = riscv::Hart<Bus, riscv::Bare, riscv::DefaultDispatch, jit::Translated>;

using Interpreting = DuoBed<VirtualClock, Rv64>;
using Translating = DuoBed<VirtualClock, Translated>;

/// With a timer of its own (Sstc).
using OwnTimer = riscv::With<riscv::Bare, riscv::Extensions{.timer = true}>;
template <class Bus>
using TimedRv64 = riscv::Hart<Bus, OwnTimer>;
template <class Bus>
using TimedTranslated = riscv::Hart<Bus, OwnTimer, riscv::DefaultDispatch, jit::Translated>;
using TimedInterpreting = DuoBed<VirtualClock, TimedRv64>;
using TimedTranslating = DuoBed<VirtualClock, TimedTranslated>;
/// With page tables.
template <class Bus>
using PagedRv64 = riscv::Hart<Bus, riscv::Rv64gc>;
template <class Bus>
using PagedTranslated = riscv::Hart<Bus, riscv::Rv64gc, riscv::DefaultDispatch, jit::Translated>;
using PagedInterpreting = DuoBed<VirtualClock, PagedRv64>;
using PagedTranslating = DuoBed<VirtualClock, PagedTranslated>;

constexpr u32 time_csr = 0xc01, retired_csr = 0xb02;
constexpr u32 stimecmp_csr = 0x14d, menvcfg_csr = 0x30a;
constexpr std::uint64_t handler = ram_base + 0x800;

/// `count` times round a loop of two instructions.
void spend(Assembler& a, std::uint64_t count) {
    a.li(t2, count);
    const std::uint64_t loop = a.here();
    a.emit(addi(t2, t2, -1));
    a.emit(bne(t2, 0, back(a, loop)));
}
void take_traps_at(Assembler& a, std::uint64_t enabled) {
    a.li(t1, handler);
    a.emit(csrw(0x305, t1));
    a.li(t1, enabled);
    a.emit(csrw(0x304, t1), csr_instruction(6, 0, 0x300, 8));  // mstatus.MIE
}
void fill_to_handler(Assembler& a) {
    while (a.here() != handler) a.emit(nop);
}
/// Ends a program that has set a timer to the tick in a0: it counts in s1 until the interrupt comes, which is that tick's first
/// instruction.
template <class Bed>
void check_interrupted_at(Bed& bed, Assembler& a) {
    const std::uint64_t loop = a.here();
    a.emit(addi(s1, s1, 1));
    a.emit(jal(0, back(a, loop)));
    fill_to_handler(a);
    a.emit(csrr(a1, time_csr), csrr(a2, retired_csr));
    finish(a, 0x5555);
    bed.start(0, a);
    bed.park(1);
    REQUIRE(bed.emulator.run(bed.console, 10'000'000).finish == Finish{Finish::pass, 0});
    auto& hart = bed.emulator.hart(0);
    CHECK(hart.x(a1) == hart.x(a0));
    CHECK((hart.x(a2) - 1) / 100 == hart.x(a0));
    CHECK((hart.x(a2) - 1) % 100 == 0);  // the first instruction of the tick is the handler's
}

}  // namespace

TEMPLATE_TEST_CASE("Time moves with each instruction, within a turn", "", Interpreting, Translating) {
    TestType bed({.slice = 100'000'000});
    Assembler a(ram_base);
    a.li(t0, clint + 0xbff8 - 8);
    a.emit(csrr(a0, time_csr), ld(s0, t0, 8));
    spend(a, 50'000);
    a.emit(csrr(a1, time_csr), ld(s1, t0, 8), csrr(a2, retired_csr));
    finish(a, 0x5555);
    bed.start(0, a);
    bed.park(1);
    REQUIRE(bed.emulator.run(bed.console).finish == Finish{Finish::pass, 0});
    auto& hart = bed.emulator.hart(0);
    // 100 instructions a tick, and hart 0 was the first to run.
    CHECK(hart.x(a0) == 0);
    CHECK(hart.x(s0) == 0);
    CHECK(hart.x(a1) == (hart.x(a2) - 2) / 100);
    CHECK(hart.x(s1) == (hart.x(a2) - 1) / 100);
    CHECK(hart.x(a1) >= 1000);
}

TEMPLATE_TEST_CASE("A program that waits for a time comes to it on the host's clock", "", Rv64<DuoMachine>,
                   Translated<DuoMachine>) {
    constexpr bool translated = std::is_same_v<TestType, Translated<DuoMachine>>;
    std::conditional_t<translated, DuoBed<HostClock, Translated>, DuoBed<HostClock, Rv64>> bed(
        {.slice = ~0ULL});
    Assembler a(ram_base);
    a.emit(csrr(a0, time_csr), addi(a0, a0, 2000));  // 0.2 ms
    const std::uint64_t loop = a.here();
    a.emit(csrr(a1, time_csr));
    a.emit(branch(6, a1, a0, back(a, loop)));  // bltu
    finish(a, 0x5555);
    bed.start(0, a);
    bed.park(1);
    CHECK(bed.emulator.run(bed.console, 1'000'000'000).finish == Finish{Finish::pass, 0});
}

TEMPLATE_TEST_CASE("A timer that is set in a turn comes at its instruction", "", Interpreting, Translating) {
    const std::uint64_t away = GENERATE(1, 5, 100, 1000);
    TestType bed({.slice = 1'000'000});
    Assembler a(ram_base);
    a.li(s0, clint + 0x4000);
    spend(a, 20'000);
    take_traps_at(a, 1 << 7);
    a.li(t1, away);
    a.emit(csrr(t0, time_csr), add(a0, t0, t1), sd(a0, s0, 0));
    check_interrupted_at(bed, a);
}

TEMPLATE_TEST_CASE("A timer of the hart's own that is set in a turn comes at its instruction", "",
                   TimedInterpreting, TimedTranslating) {
    const std::uint64_t away = GENERATE(1, 5, 100, 1000);
    TestType bed({.slice = 1'000'000});
    Assembler a(ram_base);
    spend(a, 20'000);
    take_traps_at(a, 1 << 5);
    a.li(t1, std::uint64_t{1} << 63);
    a.emit(csrw(menvcfg_csr, t1));
    a.li(t1, away);
    a.emit(csrr(t0, time_csr), add(a0, t0, t1), csrw(stimecmp_csr, a0));
    check_interrupted_at(bed, a);
    CHECK(bed.emulator.hart(0).x(s1) != 0);
}

TEMPLATE_TEST_CASE("A timer that is put off ends no turn, however the run is cut", "", TimedInterpreting,
                   TimedTranslating) {
    const bool own = GENERATE(false, true);  // by the device, or the hart's own
    const auto counts = [&](std::uint64_t piece) {
        TestType bed({.slice = 10'000});
        Assembler a(ram_base), other(ram_base + 0x1'0000);
        a.li(t1, std::uint64_t{1} << 63);
        a.emit(csrw(menvcfg_csr, t1));
        a.li(s0, clint + 0x4000);
        for (const std::uint64_t away : {20u, 100'000u}) {
            a.li(t1, away);
            a.emit(csrr(t0, time_csr), add(a0, t0, t1));
            a.emit(own ? csrw(stimecmp_csr, a0) : sd(a0, s0, 0));
            spend(a, 100);
        }
        a.emit(addi(s1, s1, 1), jal(0, -4));
        other.emit(addi(s1, s1, 1), jal(0, -4));
        bed.start(0, a);
        bed.start(1, other);
        for (std::uint64_t left = 14'000; left != 0;) {
            const std::uint64_t executed = bed.emulator.run(bed.console, std::min(left, piece)).executed;
            REQUIRE(executed != 0);
            left -= executed;
        }
        return std::pair(bed.emulator.hart(0).x(s1), bed.emulator.hart(1).x(s1));
    };
    const auto whole = counts(14'000);
    CHECK(whole.second == 2000);
    for (const std::uint64_t piece : {1u, 7u, 777u}) CHECK(counts(piece) == whole);
}

TEMPLATE_TEST_CASE("Harts that wait are woken by timers of their own, and by nothing once none is set", "",
                   TimedInterpreting, TimedTranslating) {
    TestType bed;
    for (const std::size_t number : {0u, 1u}) {
        Assembler a(ram_base + 0x1'0000 * number);
        a.li(t1, std::uint64_t{1} << 63);
        a.emit(csrw(menvcfg_csr, t1));
        a.li(t1, 1 << 5);
        a.emit(csrw(0x304, t1));
        a.li(t1, 1'000'000 * (number + 1));
        a.emit(csrw(stimecmp_csr, t1), wfi, csrr(a0, time_csr));
        a.li(t1, ~std::uint64_t{0});
        a.emit(csrw(stimecmp_csr, t1), wfi, jal(0, 0));
        bed.start(number, a);
    }
    EndingScript console;
    CHECK(bed.emulator.run(console, 10'000'000).reason == StopReason::idle);
    CHECK(bed.emulator.hart(0).x(a0) == 1'000'000);
    CHECK(bed.emulator.hart(1).x(a0) == 2'000'000);
    CHECK(bed.emulator.until_deadline() == std::nullopt);
}

TEMPLATE_TEST_CASE("An interrupt that a hart raises itself comes behind that store", "", Interpreting,
                   Translating, PagedInterpreting, PagedTranslating) {
    TestType bed({.slice = 1'000'000});
    Assembler a(ram_base);
    a.li(s0, clint);
    a.li(a0, 1);
    take_traps_at(a, 1 << 3);
    // The store is in a loop that is translated by the time it hits: before that it goes to the other hart's register.
    a.li(t2, 5000);
    a.emit(addi(t0, s0, 4));
    const std::uint64_t loop = a.here();
    a.emit(addi(t2, t2, -1), bne(t2, 0, 8), addi(t0, s0, 0));
    const std::uint64_t store = a.here();
    a.emit(sw(a0, t0, 0), addi(s1, s1, 1));
    a.emit(jal(0, back(a, loop)));
    fill_to_handler(a);
    a.emit(csrr(a1, 0x341));
    finish(a, 0x5555);
    bed.start(0, a);
    bed.park(1);
    REQUIRE(bed.emulator.run(bed.console, 10'000'000).finish == Finish{Finish::pass, 0});
    CHECK(bed.emulator.hart(0).x(a1) == store + 4);
    CHECK(bed.emulator.hart(0).x(s1) == 4999);
}

TEMPLATE_TEST_CASE("A store that ends or stops the run is the last instruction, in hot code too", "",
                   Interpreting, Translating) {
    const bool finishes = GENERATE(true, false);
    TestType bed({.slice = 1'000'000});
    Assembler a(ram_base);
    a.li(s0, finishes ? finisher : 0x20'0000);
    a.li(a0, 0x5555);
    a.li(t0, ram_base + 0x2000);
    a.li(t2, 5000);
    const std::uint64_t loop = a.here();
    a.emit(addi(t2, t2, -1), bne(t2, 0, 8), addi(t0, s0, 0));
    const std::uint64_t store = a.here();
    a.emit(sw(a0, t0, 0), addi(s1, s1, 1));
    a.emit(jal(0, back(a, loop)));
    bed.start(0, a);
    bed.park(1);
    const Stopped stopped = bed.emulator.run(bed.console, 10'000'000);
    CHECK(stopped.reason == (finishes ? StopReason::finished : StopReason::asked));
    CHECK(stopped.hart == 0);
    CHECK(bed.emulator.hart(0).pc() == store + 4);
    CHECK(bed.emulator.hart(0).x(s1) == 4999);
    CHECK(bed.emulator.hart(1).retired() == 0);
}

TEST_CASE("Poll never sleeps, and says how long nothing happens") {
    DuoBed<HostClock> bed;
    Assembler a(ram_base);
    a.li(t0, clint + 0x4000);
    a.li(t1, 1'000'000);  // 0.1 s
    a.emit(sd(t1, t0, 0));
    a.li(t1, 1 << 7);
    a.emit(csrw(0x304, t1), wfi);
    finish(a, 0x5555);
    bed.start(0, a);
    bed.park(1);
    NoConsole nobody;
    const Stopped stopped = bed.emulator.poll(nobody);
    CHECK(stopped.reason == StopReason::asleep);
    CHECK(stopped.executed < 100);
    const auto wait = bed.emulator.until_deadline();
    REQUIRE(wait);
    CHECK(*wait <= std::chrono::milliseconds(100));
    std::this_thread::sleep_for(*wait + std::chrono::milliseconds(1));
    CHECK(bed.emulator.until_deadline() == std::chrono::nanoseconds{0});
    CHECK(bed.emulator.poll(nobody).finish == Finish{Finish::pass, 0});
}

TEST_CASE("A guest that only a person can wake is asleep, and idle when nobody is there") {
    DuoBed bed;
    bed.park(0);
    bed.park(1);
    CHECK(bed.emulator.poll(bed.console).reason == StopReason::asleep);
    CHECK_FALSE(bed.emulator.until_deadline());
    NoConsole nobody;
    CHECK(bed.emulator.poll(nobody).reason == StopReason::idle);
}
