// A guest that traps for ever at several places in turn is told as one that does at a single place; one whose handler gets on is
// not, however often it traps.
#include <catch2/catch.hpp>

#include <cstdint>
#include <string>

#include <wirewrap/emulator.hpp>

#include "tests/emulator/bed.hpp"

using namespace wirewrap;
using namespace wirewrap::test;
using namespace wirewrap::test::rv64;

namespace {

constexpr std::uint64_t handler = ram_base + 0x100, lost = ram_base + 0x4000, stack = ram_base + 0x8000;
constexpr Reg sp = 2, ra = 1, s2 = 18;
constexpr u32 mstatus = 0x300, mie = 0x304, mtvec = 0x305, mscratch = 0x340, mepc = 0x341, time_csr = 0xc01;
constexpr u32 csrrw(Reg rd, u32 number, Reg rs1) { return csr_instruction(1, rd, number, rs1); }
constexpr u32 andi(Reg rd, Reg rs1, std::int64_t imm) { return i_type(0x13, 7, rd, rs1, imm); }

struct Bed : DuoBed<> {
    Bed() : DuoBed<>({.stop_at_trap_loop = true}) { park(1); }

    /// Goes on at `handler`.
    static void to_handler(Assembler& a) {
        while (a.here() != handler) a.emit(nop);
    }
    /// Enters `at` in user mode, everything allowed.
    static void enter_user(Assembler& a, std::uint64_t at) {
        a.li(t0, ~std::uint64_t{0});
        a.emit(csrw(0x3b0, t0));
        a.li(t0, 0x1f);
        a.emit(csrw(0x3a0, t0));
        a.emit(csrw(mstatus, 0));
        a.li(t0, at);
        a.emit(csrw(mepc, t0), mret);
    }
    static void handle(Assembler& a) {
        a.li(t0, handler);
        a.emit(csrw(mtvec, t0));
    }
    Stopped told(std::uint64_t limit = 100'000'000) {
        const Stopped stopped = emulator.run(console, limit);
        CHECK(stopped.reason == StopReason::trapping);
        return stopped;
    }
    /// It comes to its end, and nobody said that it would not.
    void comes_to_its_end() {
        const Stopped stopped = emulator.run(console, 200'000'000);
        CHECK(stopped.finish == Finish{Finish::pass, 0});
        CHECK_FALSE(stopped.trapping);
    }
};

}  // namespace

TEST_CASE("A handler that faults at two addresses in turn is told") {
    Bed bed;
    Assembler a(ram_base);
    bed.handle(a);
    a.li(sp, 0x4000'0000);
    a.li(t0, 0x5000'0000);
    a.emit(csrw(mscratch, t0), ecall);
    bed.to_handler(a);
    a.emit(csrrw(sp, mscratch, sp), sd(ra, sp, 8), mret);
    bed.start(0, a);
    const Stopped stopped = bed.told();
    REQUIRE(stopped.trapping);
    CHECK(stopped.trapping == TrapLoop{.pc = handler + 4, .cause = 7, .value = 0x4000'0008, .places = 2});
    const std::string sentence(describe(*stopped.trapping).view());
    CHECK_THAT(sentence,
               Catch::StartsWith("hart0 traps for ever at 2 places in turn, one of them 0x80000104: "
                                 "store access fault (cause 7, value 0x40000008)"));
    // Once.
    CHECK(bed.emulator.run(bed.console, 300'000).reason == StopReason::limit);
}

TEST_CASE("A handler that goes back to what it has not put right is told") {
    Bed bed;
    Assembler a(ram_base);
    bed.handle(a);
    a.li(sp, stack);
    a.li(s1, 77);
    const std::uint64_t call = a.here();
    a.emit(ecall);
    finish(a, 0x5555);
    bed.to_handler(a);
    SECTION("at once") { a.emit(mret); }
    SECTION("with work in registers that it saves and restores") {
        a.emit(addi(sp, sp, -16), sd(t0, sp, 0), sd(s1, sp, 8), csrr(t0, 0x342), addi(s1, t0, 5));
        a.emit(ld(t0, sp, 0), ld(s1, sp, 8), addi(sp, sp, 16), mret);
    }
    bed.start(0, a);
    const Stopped stopped = bed.told();
    REQUIRE(stopped.trapping);
    CHECK(stopped.trapping == TrapLoop{.pc = call, .cause = 11, .value = 0});
}

TEST_CASE("A program that its firmware sends round places that all trap is told") {
    Bed bed;
    const std::uint64_t places = GENERATE(2u, 4u);
    Assembler a(ram_base);
    bed.handle(a);
    bed.enter_user(a, lost);
    bed.to_handler(a);
    a.li(s2, lost);
    a.emit(csrr(t0, mepc), addi(t0, t0, 4), andi(t0, t0, static_cast<std::int64_t>(4 * places - 1)));
    a.emit(add(t0, t0, s2), csrw(mepc, t0), mret);
    bed.start(0, a);
    const Stopped stopped = bed.told();
    REQUIRE(stopped.trapping);
    CHECK(stopped.trapping ==
          TrapLoop{.pc = lost, .cause = 2, .value = 0, .places = static_cast<std::size_t>(places)});
}

TEST_CASE("Who runs a guest in short pieces hears of a trap loop, too") {
    Bed bed;
    Assembler a(ram_base);
    a.emit(csrw(mtvec, 0), ecall);
    bed.start(0, a);
    const std::uint64_t piece = GENERATE(100u, 1000u, 7000u);
    CAPTURE(piece);
    Stopped stopped;
    for (int i = 0; i != 5000 && stopped.reason == StopReason::limit; ++i)
        stopped = bed.emulator.run(bed.console, piece);
    CHECK(stopped.reason == StopReason::trapping);
    CHECK(stopped.trapping == TrapLoop{.pc = 0, .cause = 1, .value = 0});
}

TEST_CASE("A hart that was sent elsewhere, and is lost there, is told anew") {
    Bed bed;
    Assembler a(ram_base);
    a.emit(csrw(mtvec, 0), ecall);
    bed.start(0, a);
    CHECK(bed.told().trapping->pc == 0);
    bed.emulator.hart(0).set_csr(mtvec, lost);
    bed.emulator.hart(0).set_pc(lost);
    const Stopped again = bed.told();
    REQUIRE(again.trapping);
    CHECK(again.trapping->pc == lost);
}

TEST_CASE("A guest that was lost and is helped is not said to be lost any more") {
    Bed bed;
    Assembler a(ram_base);
    bed.handle(a);
    const std::uint64_t call = a.here();
    a.emit(ecall, jal(0, -4));
    bed.to_handler(a);
    a.emit(mret);
    while (a.here() != handler + 0x40) a.emit(nop);
    a.emit(csrr(t0, mepc), addi(t0, t0, 4), csrw(mepc, t0), mret);
    bed.start(0, a);
    CHECK(bed.told().trapping->pc == call);
    bed.emulator.hart(0).set_csr(mtvec, handler + 0x40);  // and traps as often as before
    CHECK_FALSE(bed.emulator.run(bed.console, 2'000'000).trapping);
}

TEST_CASE("A handler that counts, and gives up at last, is not told") {
    Bed bed;
    Assembler a(ram_base);
    bed.handle(a);
    a.li(s0, stack);
    a.li(s1, 100'000);
    a.emit(sd(s1, s0, 0), ecall);
    finish(a, 0x5555);
    bed.to_handler(a);
    SECTION("in memory") {
        a.emit(ld(t1, s0, 0), addi(t1, t1, -1), sd(t1, s0, 0));
        a.emit(beq(t1, 0, 12), addi(t1, 0, 0), mret);
    }
    SECTION("in a register") {
        a.emit(addi(s1, s1, -1));
        a.emit(beq(s1, 0, 12), nop, mret);
    }
    SECTION("by bytes of memory that wrap around") {
        a.emit(lbu(t1, s0, 4), addi(t1, t1, 1), sb(t1, s0, 4), andi(t1, t1, 255));
        a.emit(bne(t1, 0, 24));
        a.emit(ld(t2, s0, 8), addi(t2, t2, 1), sd(t2, s0, 8), i_type(0x13, 5, t2, t2, 10));
        a.emit(bne(t2, 0, 16), addi(t1, 0, 0), addi(t2, 0, 0), mret);
    }
    a.emit(csrr(t0, mepc), addi(t0, t0, 4), csrw(mepc, t0), mret);
    bed.start(0, a);
    bed.comes_to_its_end();
}

TEST_CASE("A handler that waits for time, a device or another hart is not told") {
    Bed bed;
    Assembler a(ram_base);
    bed.handle(a);
    a.li(s0, clint + 0xbff8);
    a.li(s1, 40'000);
    a.li(s2, stack);
    SECTION("time by its register") {
        a.emit(ecall);
        finish(a, 0x5555);
        bed.to_handler(a);
        a.emit(csrr(t1, time_csr), branch(6, s1, t1, 12), addi(t1, 0, 0), mret);
    }
    SECTION("time by the timer's") {
        a.emit(ecall);
        finish(a, 0x5555);
        bed.to_handler(a);
        a.emit(ld(t1, s0, 0), branch(6, s1, t1, 12), addi(t1, 0, 0), mret);
    }
    SECTION("a flag that the other hart sets after a while") {
        a.emit(ecall);
        finish(a, 0x5555);
        bed.to_handler(a);
        a.emit(ld(t1, s2, 0), bne(t1, 0, 12), nop, mret);
        Assembler other(ram_base + 0x1'0000);
        other.li(t0, 1'000'000);
        other.emit(addi(t0, t0, -1), bne(t0, 0, -4));
        other.li(t1, stack);
        other.emit(sd(t1, t1, 0), wfi, jal(0, -4));
        bed.start(1, other);
    }
    a.emit(csrr(t0, mepc), addi(t0, t0, 4), csrw(mepc, t0), mret);
    bed.start(0, a);
    bed.comes_to_its_end();
}

TEST_CASE("A guest that waits with calls for its timer's interrupt is not told") {
    Bed bed;
    Assembler a(ram_base);
    bed.handle(a);
    a.li(s0, clint + 0x4000);
    a.li(t1, 30'000);
    a.emit(sd(t1, s0, 0));
    a.li(t1, 1 << 7);
    a.emit(csrw(mie, t1));
    a.li(t1, 8);
    a.emit(csrw(mstatus, t1));
    a.emit(ecall, jal(0, -4));
    bed.to_handler(a);
    a.emit(csrr(t1, 0x342), branch(4, t1, 0, 8), mret);
    finish(a, 0x5555);
    bed.start(0, a);
    bed.comes_to_its_end();
}

TEST_CASE("A program of which its firmware emulates every instruction is not told") {
    // `lost` counts a0 down: the instruction at it takes one away, that behind it goes back while there is something left.
    Bed bed;
    Assembler a(ram_base);
    bed.handle(a);
    a.li(a0, 60'000);
    bed.enter_user(a, lost);
    bed.to_handler(a);
    a.li(s2, lost);
    a.emit(csrr(t0, mepc), bne(t0, s2, 20));
    a.emit(addi(a0, a0, -1), addi(t0, t0, 4), csrw(mepc, t0), mret);
    a.emit(beq(a0, 0, 12), csrw(mepc, s2), mret);
    finish(a, 0x5555);
    bed.start(0, a);
    bed.comes_to_its_end();
}
