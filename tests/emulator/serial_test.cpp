// What passes between a guest's serial ports and their consoles: several ports, floods, and keys for guests of any habit.
#include <wirewrap/emulator/emulator.hpp>

#include <catch2/catch.hpp>

#include <string>
#include <vector>

#include "tests/emulator/bed.hpp"

using namespace wirewrap;
using namespace wirewrap::test;
using namespace wirewrap::test::rv64;

namespace {

constexpr std::int64_t rbr = 0, fcr = 2, iir = 2, lsr = 5;

/// Echoes on uart0 what comes on `from`, up to and with `last`.
void echo(Assembler& a, std::uint64_t from, char last) {
    a.li(s0, from);
    a.li(s1, uart0);
    a.li(t2, static_cast<std::uint8_t>(last));
    const std::uint64_t loop = a.here();
    a.emit(lbu(t1, s0, lsr), i_type(0x13, 7, t1, t1, 1));
    a.emit(beq(t1, 0, back(a, loop)));
    a.emit(lbu(t1, s0, rbr), sb(t1, s1, 0));
    a.emit(bne(t1, t2, back(a, loop)));
}
/// Does nothing for some ticks of the timer.
void delay(Assembler& a, std::uint64_t ticks) {
    a.li(t1, ticks);
    a.emit(csrr(t0, 0xc01), add(t1, t1, t0));
    const std::uint64_t loop = a.here();
    a.emit(csrr(t0, 0xc01));
    a.emit(branch(6, t0, t1, back(a, loop)));  // bltu
}
/// The same asleep: in virtual time it takes none of the host's.
void nap(Assembler& a, std::uint64_t ticks) {
    a.li(t1, ticks);
    a.emit(csrr(t0, 0xc01), add(t1, t1, t0));
    a.li(t0, clint + 0x4000);
    a.emit(sd(t1, t0, 0));
    a.li(t0, 1 << 7);
    a.emit(csrw(0x304, t0), wfi);
}
constexpr u32 andi(Reg rd, Reg rs, std::int64_t value) { return i_type(0x13, 7, rd, rs, value); }

}  // namespace

TEST_CASE("A guest that prints on the second port goes on, whoever listens") {
    DuoBed bed;
    Assembler a(ram_base);
    print_patiently(a, uart1, 6000);
    finish(a, 0x5555);
    bed.start(0, a);
    bed.park(1);
    SECTION("nobody") {
        const Stopped stopped = bed.emulator.run(bed.console, 30'000'000);
        CHECK(stopped.finish == Finish{Finish::pass, 0});
        const std::size_t kept = bed.machine.device<"uart1">().transmitted();
        CHECK(kept >= 2048);
        CHECK(stopped.dropped + kept == 6000);
        CHECK(bed.machine.device<"uart1">().lost() == 0);
    }
    SECTION("a console of its own") {
        Script second;
        bed.emulator.connect<"uart1">(second);
        const Stopped stopped = bed.emulator.run(bed.console, 30'000'000);
        CHECK(stopped.finish == Finish{Finish::pass, 0});
        CHECK(stopped.dropped == 0);
        CHECK(second.printed == std::string(6000, 'y'));
        CHECK(bed.console.printed.empty());
    }
    SECTION("the console of the first") {
        bed.emulator.connect<"uart1">(bed.console);
        CHECK(bed.emulator.run(bed.console, 30'000'000).finish);
        CHECK(bed.console.printed == std::string(6000, 'y'));
    }
    SECTION("one that is not connected any more") {
        Script second;
        bed.emulator.connect<"uart1">(second);
        bed.emulator.disconnect<"uart1">();
        CHECK(bed.emulator.run(bed.console, 30'000'000).finish);
        CHECK(second.printed.empty());
    }
    SECTION("all of it is connected by name, and the run has no console") {
        bed.emulator.connect<"uart1">(bed.console);
        CHECK(bed.emulator.run(30'000'000).finish);
        CHECK(bed.console.printed == std::string(6000, 'y'));
    }
}

TEST_CASE("Who drains a port by hand between short runs gets all of it") {
    DuoBed bed;
    Assembler a(ram_base);
    print_patiently(a, uart1, 6000);
    finish(a, 0x5555);
    bed.start(0, a);
    bed.park(1);
    std::string text;
    for (int i = 0; i != 10'000; ++i) {
        const Stopped stopped = bed.emulator.run(bed.console, 5000);
        CHECK(stopped.dropped == 0);
        std::vector<std::uint8_t> bytes(4096);
        bytes.resize(bed.machine.update<"uart1">([&](Ns16550a& uart) { return uart.drain(bytes); }));
        text.append(bytes.begin(), bytes.end());
        if (stopped.finish) break;
    }
    CHECK(text == std::string(6000, 'y'));
}

TEST_CASE("Each port has its own keyboard, and one keyboard types on its first port") {
    DuoBed bed;
    Assembler a(ram_base);
    echo(a, uart1, '!');
    echo(a, uart0, '.');
    finish(a, 0x5555);
    bed.start(0, a);
    bed.park(1);
    Script second;
    second.typed = "two!";
    bed.console.typed = "one.";
    bed.emulator.connect<"uart1">(second);
    CHECK(bed.emulator.run(bed.console, 30'000'000).finish);
    CHECK(bed.console.printed == "two!one.");
    bed.machine.reset();

    DuoBed shared;
    Assembler b(ram_base);
    echo(b, uart0, '.');
    finish(b, 0x5555);
    shared.start(0, b);
    shared.park(1);
    shared.console.typed = "one.";
    shared.emulator.connect<"uart1">(shared.console);
    CHECK(shared.emulator.run(shared.console, 30'000'000).finish);
    CHECK(shared.console.printed == "one.");
}

TEST_CASE("Any of the consoles can be left, or keep the guest waiting for a key") {
    DuoBed bed;
    bed.park(0);
    bed.park(1);
    NoConsole none;
    Script second;
    second.leaves_at_wait = 3;
    bed.emulator.connect<"uart1">(second);
    CHECK(bed.emulator.run(none).reason == StopReason::closed);
    bed.emulator.disconnect<"uart1">();
    CHECK(bed.emulator.run(none).reason == StopReason::idle);
    CHECK(bed.emulator.run().reason == StopReason::idle);
}

TEMPLATE_TEST_CASE("Nothing of a flood is lost, on no port", "", (DuoBed<VirtualClock, Stepping>),
                   (DuoBed<VirtualClock, Rv64>)) {
    TestType bed;
    Assembler a(ram_base);
    const std::uint64_t port = GENERATE(uart0, uart1);
    flood(a, port, 20'000);
    finish(a, 0x5555);
    bed.start(0, a);
    Assembler b(ram_base + 0x1'0000);  // and another hart floods the other
    flood(b, port == uart0 ? uart1 : uart0, 20'000);
    b.emit(wfi, jal(0, -4));
    bed.start(1, b);
    Script second;
    bed.emulator.template connect<"uart1">(second);
    const Stopped stopped = bed.emulator.run(bed.console);
    CHECK(stopped.finish);
    const std::string whole = std::string(20'000, 'x') + "\n";
    CHECK((port == uart0 ? bed.console.printed : second.printed) == whole);
    CHECK(whole.starts_with(port == uart0 ? second.printed : bed.console.printed));
    CHECK(bed.machine.template device<"uart0">().lost() == 0);
    CHECK(bed.machine.template device<"uart1">().lost() == 0);
}

TEST_CASE("A key comes to a guest of any habit, whenever it was typed") {
    DuoBed bed;
    bed.park(1);
    Assembler a(ram_base);
    a.li(s0, uart0);
    a.li(a2, 1000);  // looks
    std::uint64_t loop = 0;
    const std::string habit = GENERATE("a look each 2 ms, and a dot", "RBR until not 0",
                                       "IIR and LSR in turn", "ten looks in all",
                                       "the interrupt identification alone");
    CAPTURE(habit);
    const auto look = [&] { a.emit(lbu(t1, s0, lsr), andi(t1, t1, 1)); };
    const std::int64_t found = 4;  // words that are skipped when there is none
    if (habit == "a look each 2 ms, and a dot") {
        loop = a.here();
        delay(a, 20'000);
        look();
        a.emit(bne(t1, 0, 4 * 7));
        const std::uint64_t wait = a.here();
        a.emit(lbu(t1, s0, lsr), andi(t1, t1, 0x20));
        a.emit(beq(t1, 0, back(a, wait)));
        a.emit(addi(t1, 0, '.'), sb(t1, s0, 0));
        a.emit(jal(0, back(a, loop)));
    } else if (habit == "RBR until not 0") {
        loop = a.here();
        a.emit(lbu(t1, s0, rbr));
        a.emit(beq(t1, 0, back(a, loop)));
        a.emit(addi(a0, t1, 0));
    } else if (habit == "IIR and LSR in turn") {
        a.emit(addi(t1, 0, 7), sb(t1, s0, fcr));
        loop = a.here();
        a.emit(lbu(t1, s0, iir));
        look();
        a.emit(beq(t1, 0, back(a, loop)));
    } else if (habit == "ten looks in all") {
        a.li(a2, 10);
        loop = a.here();
        delay(a, 5'000);
        a.emit(addi(a2, a2, -1));
        a.emit(beq(a2, 0, 4 * found));
        look();
        a.emit(beq(t1, 0, back(a, loop)));
    } else {
        a.emit(addi(t1, 0, 1), sb(t1, s0, fcr), sb(t1, s0, 1));  // FIFO, receive interrupt
        loop = a.here();
        a.emit(lbu(t1, s0, iir), andi(t1, t1, 1));
        a.emit(bne(t1, 0, back(a, loop)));
    }
    if (habit != "RBR until not 0") a.emit(lbu(a0, s0, rbr));
    finish(a, 0x5555);
    bed.start(0, a);
    bed.console.typed = "q";
    SECTION("before the start") {}
    SECTION("later") {
        bed.console.from_wait = 1;
        CHECK(bed.emulator.run(bed.console, 500'000).reason == StopReason::limit);
        bed.console.from_wait = 0;
    }
    const Stopped stopped = bed.emulator.run(bed.console, 100'000'000);
    CHECK(stopped.finish);
    CHECK(bed.emulator.hart(0).x(a0) == 'q');
}

TEST_CASE("What is typed early survives the setup of the port") {
    // As firmware and then a boot loader do: divisor, FIFO control that clears, a read of what is left.
    DuoBed bed({.slice = GENERATE(1ULL, 7ULL, 100ULL, 20'000ULL)});
    bed.park(1);
    Assembler a(ram_base);
    a.li(s0, uart0);
    for (int times = 0; times != 3; ++times) {
        for (const auto& [offset, value] : std::vector<std::pair<std::int64_t, std::int64_t>>{
                 {1, 0}, {3, 0x80}, {0, 1}, {1, 0}, {3, 3}, {2, times == 0 ? 1 : 7}, {4, 0}})
            a.emit(addi(t1, 0, value), sb(t1, s0, offset));
        a.emit(lbu(t1, s0, lsr), lbu(t1, s0, rbr), addi(t1, 0, 0), sb(t1, s0, 7));
        a.li(t1, 10'000);
        const std::uint64_t loop = a.here();
        a.emit(addi(t1, t1, -1));
        a.emit(bne(t1, 0, back(a, loop)));
    }
    echo(a, uart0, '.');
    finish(a, 0x5555);
    bed.start(0, a);
    bed.console.typed = "a long line\nand another.";
    CHECK(bed.emulator.run(bed.console, 100'000'000).finish);
    CHECK(bed.console.printed == bed.console.typed);
}

TEST_CASE("Behind a line a pipe waits for the guest, and not for ever") {
    DuoBed bed;
    bed.park(1);
    Assembler a(ram_base);
    // Takes a line, then works for a while and looks for Ctrl-C now and then, throwing other keys away; then the next line.
    echo(a, uart0, '\n');
    a.li(a1, 100);
    const std::uint64_t work = a.here();
    a.emit(addi(t1, 0, '.'), sb(t1, s0, 0), lbu(t1, s0, lsr), andi(t1, t1, 1));
    a.emit(beq(t1, 0, 8), lbu(t1, s0, rbr));
    nap(a, 10'000);
    a.emit(addi(a1, a1, -1));
    a.emit(bne(a1, 0, back(a, work)));
    echo(a, uart0, '\n');
    finish(a, 0x5555);
    bed.start(0, a);
    bed.console.typed = "one\ntwo\n";
    CHECK(bed.emulator.run(bed.console, 30'000'000).finish);
    CHECK(bed.console.printed == "one\n" + std::string(100, '.') + "two\n");
}

TEST_CASE("The second line comes to a guest that looks rarely") {
    DuoBed bed;
    bed.park(1);
    Assembler a(ram_base);
    a.li(s0, uart0);
    a.li(a1, 'q');
    const std::uint64_t loop = a.here();
    nap(a, 100'000);
    a.emit(addi(t1, 0, '.'), sb(t1, s0, 0), lbu(t1, s0, lsr), andi(t1, t1, 1));
    a.emit(beq(t1, 0, back(a, loop)));
    a.emit(lbu(t1, s0, rbr), sb(t1, s0, 0));
    a.emit(bne(t1, a1, back(a, loop)));
    finish(a, 0x5555);
    bed.start(0, a);
    bed.console.typed = "ab\nq";
    CHECK(bed.emulator.run(bed.console, 50'000'000).finish);
    std::string letters = bed.console.printed;
    std::erase(letters, '.');
    CHECK(letters == "ab\nq");
    CHECK(bed.emulator.clock().now() < 15'000'000);  // a second and a half
}

TEST_CASE("Loopback hears nothing of the line, and what was typed comes afterwards") {
    DuoBed bed;
    bed.park(1);
    Assembler a(ram_base);
    a.li(s0, uart0);
    a.emit(addi(t1, 0, 1), sb(t1, s0, fcr), addi(t1, 0, 0x10), sb(t1, s0, 4));
    a.emit(addi(t1, 0, 'L'), sb(t1, s0, 0));
    delay(a, 1000);
    a.emit(lbu(a1, s0, rbr), lbu(a2, s0, rbr));  // L, and nothing
    a.emit(addi(t1, 0, 'M'), sb(t1, s0, 0), addi(t1, 0, 7), sb(t1, s0, fcr));
    a.emit(sb(0, s0, 4));
    echo(a, uart0, '.');
    finish(a, 0x5555);
    bed.start(0, a);
    bed.console.typed = "k.";
    CHECK(bed.emulator.run(bed.console, 100'000'000).finish);
    CHECK(bed.emulator.hart(0).x(a1) == 'L');
    CHECK(bed.emulator.hart(0).x(a2) == 0);
    CHECK(bed.console.printed == "k.");
}
