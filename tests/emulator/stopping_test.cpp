// When a run ends, and why: limits, the finisher, requests to stop, guests that wait for ever and guests that trap for ever.
#include <wirewrap/emulator/emulator.hpp>

#include <catch2/catch.hpp>

#include <set>
#include <string>

#include "tests/emulator/bed.hpp"

using namespace wirewrap;
using namespace wirewrap::test;
using namespace wirewrap::test::rv64;

namespace {

/// Counts in a0, for ever.
Assembler counter(std::uint64_t base) {
    Assembler a(base);
    a.emit(addi(a0, a0, 1), jal(0, -4));
    return a;
}

/// WFI again and again, with this in mie.
Assembler sleeper(std::uint64_t base, std::uint64_t enabled = 0) {
    Assembler a(base);
    a.li(t1, enabled);
    a.emit(csrw(0x304, t1), wfi, jal(0, -4));
    return a;
}

constexpr std::uint64_t second_base = ram_base + 0x1'0000;

}  // namespace

TEST_CASE("A limit is of all harts together, and exact") {
    DuoBed bed;
    bed.start(0, counter(ram_base));
    bed.start(1, counter(second_base));
    NoConsole none;
    std::uint64_t total = 0;
    for (const std::uint64_t limit : {1000ULL, 1ULL, 3ULL, 0ULL, 20'000ULL, 20'001ULL, 123'457ULL}) {
        const Stopped stopped = bed.emulator.run(none, limit);
        CHECK(stopped.executed == limit);
        CHECK(stopped.reason == StopReason::limit);
        total += limit;
        CHECK(bed.emulator.hart(0).retired() + bed.emulator.hart(1).retired() == total);
    }
}

TEST_CASE("A run that is cut in a turn goes on with it") {
    DuoBed bed({.slice = 30});
    bed.start(0, counter(ram_base));
    bed.start(1, counter(second_base));
    NoConsole none;
    for (int i = 0; i != 100; ++i) {
        CHECK(bed.emulator.progress().turn.hart == static_cast<std::size_t>(i / 30 % 2));
        CHECK(bed.emulator.run(none, 1).executed == 1);
    }
    CHECK(bed.emulator.hart(0).retired() == 60);
    CHECK(bed.emulator.hart(1).retired() == 40);
}

TEST_CASE("The slice can be chosen, and harts take turns by it") {
    DuoBed bed({.slice = 10});
    bed.start(0, counter(ram_base));
    bed.start(1, counter(second_base));
    NoConsole none;
    CHECK(bed.emulator.run(none, 15).executed == 15);
    CHECK(bed.emulator.hart(0).retired() == 10);
    CHECK(bed.emulator.hart(1).retired() == 5);
    DuoBed least({.slice = 0});
    least.start(0, counter(ram_base));
    least.start(1, counter(second_base));
    CHECK(least.emulator.run(none, 7).executed == 7);
    CHECK(least.emulator.hart(1).retired() == 3);
}

TEST_CASE("A machine that has finished executes nothing until it is reset") {
    DuoBed bed;
    Assembler a(ram_base);
    finish(a, 0x5555);
    bed.start(0, a);
    bed.park(1);
    CHECK(bed.emulator.run(bed.console).reason == StopReason::finished);
    const std::uint64_t retired = bed.emulator.hart(0).retired() + bed.emulator.hart(1).retired();
    for (const std::uint64_t limit : {1000ULL, 0ULL}) {
        const Stopped again = bed.emulator.run(bed.console, limit);
        CHECK(again.finish == Finish{Finish::pass, 0});
        CHECK(again.reason == StopReason::finished);
        CHECK(again.executed == 0);
    }
    CHECK(bed.emulator.hart(0).retired() + bed.emulator.hart(1).retired() == retired);
    bed.machine.reset();
    bed.start(0, counter(ram_base));
    CHECK(bed.emulator.run(bed.console, 1000).executed == 1000);
}

TEMPLATE_TEST_CASE("Nothing behind the store to the finisher is executed, by no hart", "",
                   (DuoBed<VirtualClock, Stepping>), (DuoBed<VirtualClock, Rv64>)) {
    TestType bed;
    Assembler a(ram_base);
    a.li(t0, finisher);
    a.li(t1, 0x7777);
    a.li(t2, 0x5555);
    const std::uint64_t store = a.here();
    a.emit(sw(t1, t0, 0), addi(a0, a0, 1), sw(t2, t0, 0), jal(0, 0));
    bed.start(0, a);
    bed.start(1, counter(second_base));
    const Stopped stopped = bed.emulator.run(bed.console);
    CHECK(stopped.finish == Finish{Finish::reset, 0});
    CHECK(bed.emulator.hart(0).pc() == store + 4);
    CHECK(bed.emulator.hart(0).x(a0) == 0);
    CHECK(bed.emulator.hart(1).retired() == 0);
    CHECK_FALSE(bed.machine.stop_requested());
}

TEST_CASE("A stop that somebody asks for ends the run, once") {
    DuoBed bed;
    bed.start(0, counter(ram_base));
    bed.park(1);
    SECTION("before it") { bed.machine.request_stop(); }
    SECTION("of the hart") { bed.emulator.hart(0).request_stop(); }
    const Stopped stopped = bed.emulator.run(bed.console);
    CHECK(stopped.reason == StopReason::asked);
    CHECK(stopped.executed <= 1024);
    CHECK_FALSE(stopped.finish);
    CHECK_FALSE(bed.machine.stop_requested());
    CHECK(bed.emulator.run(bed.console, 1000).executed == 1000);
}

TEST_CASE("A hart is asked to stop while a console takes nothing") {
    struct Unread : Script {
        bool full() { return !printed.empty(); }
        void wait(std::chrono::nanoseconds) {
            if (++waits == 20) at_wait();
            if (waits == 1000) left = true;
        }
        std::function<void()> at_wait{};
    } console;
    DuoBed bed;
    Assembler a(ram_base);
    flood(a, uart0, 10);
    a.emit(jal(0, 0));
    bed.start(0, a);
    bed.park(1);
    const std::size_t hart = GENERATE(0u, 1u);
    console.at_wait = [&] { bed.emulator.hart(hart).request_stop(); };
    const Stopped stopped = bed.emulator.run(console, 1'000'000);
    CHECK(stopped.reason == StopReason::asked);
    CHECK(stopped.hart == hart);
    console.printed.clear();
    CHECK(bed.emulator.run(bed.console, 1'000'000).reason == StopReason::limit);
}

TEST_CASE("A console can ask for a stop") {
    struct Stopper : Script {
        DuoMachine* machine = nullptr;
        void print(std::span<const std::uint8_t>) { machine->request_stop(); }
    } stopper;
    DuoBed bed;
    stopper.machine = &bed.machine;
    Assembler a(ram_base);
    print_patiently(a, uart0, 1);
    a.emit(jal(0, 0));
    bed.start(0, a);
    bed.park(1);
    CHECK(bed.emulator.run(stopper).reason == StopReason::asked);
    CHECK(bed.emulator.run(stopper, 100).reason == StopReason::limit);
}

TEMPLATE_TEST_CASE("A device that wants a stop ends the run behind the store", "",
                   (DuoBed<VirtualClock, Stepping>), (DuoBed<VirtualClock, Rv64>)) {
    TestType bed;
    Assembler a(ram_base);
    a.li(t0, 0x20'0000);
    const std::uint64_t store = a.here();
    a.emit(sw(t0, t0, 0), addi(a0, a0, 1), jal(0, -4));
    bed.start(0, a);
    bed.start(1, counter(second_base));
    const Stopped stopped = bed.emulator.run(bed.console, 1'000'000);
    CHECK(stopped.reason == StopReason::asked);
    CHECK(bed.emulator.hart(0).pc() == store + 4);
    CHECK(bed.emulator.hart(0).x(a0) == 0);
    // It is asked after stores only, so a run can go on although it is still of that mind.
    CHECK(bed.emulator.run(bed.console, 1000).reason == StopReason::limit);
}

TEMPLATE_TEST_CASE("A run comes back when nothing can wake any hart", "", VirtualClock, HostClock) {
    DuoBed<TestType> bed;
    bed.start(0, sleeper(ram_base, 1 << 7 | 1 << 3));
    bed.start(1, sleeper(second_base));
    NoConsole none;
    const double before = cpu_seconds();
    const Stopped stopped = bed.emulator.run(none);
    CHECK(stopped.reason == StopReason::idle);
    CHECK_FALSE(stopped.finish);
    CHECK_FALSE(stopped.closed);
    CHECK(stopped.executed < 100);
    CHECK(cpu_seconds() - before < 1);
    CHECK(bed.emulator.clock().now() < 10'000'000);
    CHECK(bed.emulator.run(none, 1000).reason == StopReason::idle);
    // What the host does can wake them.
    REQUIRE(bed.machine.template store<std::uint32_t>(at(clint), 1));
    CHECK(bed.emulator.run(none, 1000).reason == StopReason::limit);
    EndingScript over;
    REQUIRE(bed.machine.template store<std::uint32_t>(at(clint), 0));
    CHECK(bed.emulator.run(over).reason == StopReason::idle);
}

TEST_CASE("A timer that is set as far away as it goes is none") {
    const auto [mtime, compare] = GENERATE(table<std::uint64_t, std::uint64_t>({
        {0, ~0ULL - 1},
        {0, ~0ULL >> 1},
        {1'000'000, ~0ULL},         // the guest has set the time: all ones is a tick like others
        {~0ULL - 100, ~0ULL >> 2},  // and the pin is up until the time wraps, which is soon
    }));
    INFO(mtime << ' ' << compare);
    DuoBed bed;
    bed.park(0);
    bed.park(1);
    REQUIRE(bed.machine.store<std::uint64_t>(at(clint + 0xbff8), mtime));
    REQUIRE(bed.machine.store<std::uint64_t>(at(clint + 0x4000), compare));
    NoConsole none;
    CHECK(bed.emulator.run(none).reason == StopReason::idle);
    CHECK(bed.emulator.clock().now() < 1000);
    CHECK(bed.emulator.clock().wall() < 1'577'836'801'000'000'000);
}

TEST_CASE("A guest that waits for a key does not see time fly") {
    DuoBed bed;
    Assembler a(ram_base);
    a.li(s0, uart0);
    a.li(t1, 1);
    a.emit(sb(t1, s0, 1));
    a.li(t0, plic);
    a.emit(sw(t1, t0, 4 * 10));
    a.li(t0, plic + 0x2000);
    a.li(t1, 1 << 10);
    a.emit(sw(t1, t0, 0));
    a.li(t1, 1 << 11);
    a.emit(csrw(0x304, t1), wfi, csrr(a0, 0xc01));
    finish(a, 0x5555);
    bed.start(0, a);
    bed.park(1);
    bed.console.typed = "k";
    bed.console.from_wait = 5;
    CHECK(bed.emulator.run(bed.console).finish == Finish{Finish::pass, 0});
    CHECK(bed.emulator.hart(0).x(a0) < 1000);
    CHECK(bed.console.waits >= 5);
}

TEST_CASE("A hart that another one wakes in the same round is not asleep") {
    // Hart 0 waits for hart 1, which wakes it and waits itself, with a timer that is far away.
    DuoBed<HostClock> bed;
    Assembler a(ram_base);
    a.li(t1, 1 << 3);
    a.emit(csrw(0x304, t1), wfi);
    finish(a, 0x5555);
    bed.start(0, a);
    Assembler b(second_base);
    b.li(t0, clint);
    b.li(t1, 1);
    b.li(t2, 1000);
    const std::uint64_t loop = b.here();
    b.emit(addi(t2, t2, -1));
    b.emit(bne(t2, 0, back(b, loop)));
    b.emit(sw(t1, t0, 0), wfi, jal(0, -4));
    bed.start(1, b);
    NoConsole none;
    CHECK(bed.emulator.run(none).finish == Finish{Finish::pass, 0});
}

TEST_CASE("A guest that sleeps on host time costs no CPU, and wakes in time") {
    DuoBed<HostClock> bed;
    Assembler a(ram_base);
    a.li(t0, clint);
    a.emit(u_type(0x37, t1, 0xc000), add(t1, t1, t0), addi(t1, t1, -8));
    a.emit(ld(a0, t1, 0));
    a.li(t2, 3'000'000);  // 0.3 s at 10 MHz
    a.emit(add(t2, t2, a0));
    a.li(t1, clint + 0x4000);
    a.emit(sd(t2, t1, 0));
    a.li(t1, 1 << 7);
    a.emit(csrw(0x304, t1), wfi, csrr(a1, 0xc01));
    finish(a, 0x5555);
    bed.start(0, a);
    bed.park(1);
    const double before = cpu_seconds();
    const auto start = std::chrono::steady_clock::now();
    NoConsole none;
    bool finished = false;
    SECTION("nobody is there") { finished = bed.emulator.run(none).finish.has_value(); }
    SECTION("the console does not sleep") { finished = bed.emulator.run(bed.console).finish.has_value(); }
    SECTION("two that do not") {
        Script other;
        bed.emulator.connect<"uart1">(other);
        finished = bed.emulator.run(bed.console).finish.has_value();
    }
    CHECK(finished);
    CHECK(cpu_seconds() - before < 0.15);
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - start;
    CHECK(took.count() >= 0.28);
    CHECK(bed.emulator.hart(0).x(a1) - bed.emulator.hart(0).x(a0) >= 3'000'000);
}

TEMPLATE_TEST_CASE("A guest that waits for a key costs no CPU although the console does not sleep", "",
                   VirtualClock, HostClock) {
    DuoBed<TestType> bed;
    bed.park(0);
    bed.park(1);
    bed.console.leaves_at_wait = 50;
    const double before = cpu_seconds();
    const auto start = std::chrono::steady_clock::now();
    CHECK(bed.emulator.run(bed.console).reason == StopReason::closed);
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - start;
    CHECK(took.count() > 0.2);
    CHECK(cpu_seconds() - before < 0.1);
}

TEST_CASE("In virtual time a timer interrupt comes at its instruction") {
    DuoBed bed;
    Assembler a(ram_base);
    a.li(t0, clint + 0x4000);
    a.li(t1, 700);  // tick 700: 70,000 instructions
    a.emit(sd(t1, t0, 0));
    a.li(t1, ram_base + 0x800);
    a.emit(csrw(0x305, t1));
    a.li(t1, 1 << 7);
    a.emit(csrw(0x304, t1), csr_instruction(6, 0, 0x300, 8));  // mstatus.MIE
    a.emit(addi(a0, a0, 1), jal(0, -4));
    while (a.here() != ram_base + 0x800) a.emit(nop);
    a.emit(csrr(a1, 0xc01), csrr(a2, 0xb02));
    finish(a, 0x5555);
    bed.start(0, a);
    bed.park(1);
    CHECK(bed.emulator.run(bed.console).finish == Finish{Finish::pass, 0});
    CHECK(bed.emulator.hart(0).x(a1) == 700);
    // Both harts' instructions are time; hart 1 has executed two or three.
    CHECK(bed.emulator.hart(0).x(a2) >= 69'900);
    CHECK(bed.emulator.hart(0).x(a2) <= 70'010);
}

TEST_CASE("A guest without a trap handler is found") {
    DuoBed bed({.stop_at_trap_loop = true});
    bed.park(1);
    Assembler a(ram_base);
    SECTION("mtvec is 0, where nothing is") {
        a.li(t0, 0x4000'0000);
        a.emit(lw(t1, t0, 0), jal(0, 0));
        bed.start(0, a);
        const Stopped stopped = bed.emulator.run(bed.console);
        CHECK(stopped.reason == StopReason::trapping);
        CHECK(stopped.trapping == TrapLoop{.pc = 0, .cause = 1, .value = 0, .hart = 0});
        const std::string sentence(describe(*stopped.trapping).view());
        CHECK_THAT(sentence,
                   Catch::StartsWith("hart0 traps for ever at 0x0: instruction access fault (cause 1, "));
        // It is told once; who runs on gets what he asked for, and is reminded.
        const Stopped more = bed.emulator.run(bed.console, 1'000'000);
        CHECK(more.reason == StopReason::limit);
        CHECK(more.executed == 1'000'000);
        CHECK(more.trapping == stopped.trapping);
    }
    SECTION("mtvec points to zeroes") {
        a.li(t0, ram_base + 0x4000);
        a.emit(csrw(0x305, t0), ecall);
        bed.start(0, a);
        const Stopped stopped = bed.emulator.run(bed.console);
        CHECK(stopped.trapping == TrapLoop{.pc = ram_base + 0x4000, .cause = 2, .value = 0, .hart = 0});
    }
    SECTION("firmware sends a supervisor back to where it trapped, with other work between") {
        a.li(t0, ram_base + 0x100);
        a.emit(csrw(0x305, t0));  // mtvec
        a.li(t0, ~std::uint64_t{0});
        a.emit(csrw(0x3b0, t0));
        a.li(t0, 0x1f);
        a.emit(csrw(0x3a0, t0));  // PMP: everything
        a.li(t0, 1 << 11);
        a.emit(csrw(0x300, t0));  // mstatus.MPP: supervisor
        a.li(t0, ram_base + 0x4000);
        a.emit(csrw(0x341, t0), mret);
        while (a.here() != ram_base + 0x100) a.emit(nop);
        a.li(t1, 200);
        const std::uint64_t loop = a.here();
        a.emit(addi(a0, a0, 1), addi(t1, t1, -1));
        a.emit(bne(t1, 0, back(a, loop)));
        a.emit(mret);
        bed.start(0, a);
        const Stopped stopped = bed.emulator.run(bed.console, 100'000'000);
        CHECK(stopped.reason == StopReason::trapping);
        CHECK(stopped.trapping == TrapLoop{.pc = ram_base + 0x4000, .cause = 2, .value = 0, .hart = 0});
    }
}

TEST_CASE("A guest that traps often and goes on is not said to be lost") {
    DuoBed bed({.stop_at_trap_loop = true});
    bed.park(1);
    Assembler a(ram_base);
    a.li(t0, ram_base + 0x100);
    a.emit(csrw(0x305, t0), jal(0, static_cast<std::int64_t>(ram_base + 0x40 - a.here())));
    while (a.here() != ram_base + 0x40) a.emit(nop);
    // The same trap at the same place, all registers the same each time: as a loop that asks firmware for a key.
    a.emit(ecall, jal(0, -4));
    while (a.here() != ram_base + 0x100) a.emit(nop);
    a.emit(csrr(t0, 0x341), addi(t0, t0, 4), csrw(0x341, t0), mret);
    bed.start(0, a);
    const Stopped stopped = bed.emulator.run(bed.console, 20'000'000);
    CHECK(stopped.reason == StopReason::limit);
    CHECK_FALSE(stopped.trapping);
}

TEST_CASE("By default a run with a limit keeps it although a hart traps for ever") {
    DuoBed bed;  // both harts begin at 0, where nothing is
    const Stopped stopped = bed.emulator.run(bed.console, 1'000'000);
    CHECK(stopped.executed == 1'000'000);
    CHECK(stopped.reason == StopReason::limit);
    REQUIRE(stopped.trapping);
    CHECK(stopped.trapping->pc == 0);
}
