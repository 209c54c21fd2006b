// Sstc: the timer of S mode. Source: RISC-V privileged architecture 20240411, chapter "Sstc", version 1.0.
#include <catch2/catch.hpp>

#include <wirewrap/cpu.hpp>

#include "tests/support/flat_bus.hpp"
#include "tests/support/rv64_assembler.hpp"

using namespace wirewrap;
using namespace wirewrap::literals;
using namespace wirewrap::test;
using riscv::Csrs;
using riscv::Privilege;
using riscv::RunExit;
using riscv::RunResult;
namespace csr = riscv::csr;
namespace interrupt = riscv::interrupt;
namespace status = riscv::status;

namespace {

constexpr std::uint64_t base = FlatBus::ram_base, handler = base + 0x100, ones = ~std::uint64_t{0};
constexpr std::uint64_t stce = std::uint64_t{1} << 63, stip = 1 << 5, counter_time = 2;
constexpr auto M = Privilege::machine, S = Privilege::supervisor, U = Privilege::user;

struct Now {
    std::uint64_t lines = 0;
    std::uint64_t time() const { return 0; }
    std::uint64_t retired() const { return 0; }
    std::uint64_t interrupt_lines() const { return lines; }
};

Csrs with_timer() {
    Csrs csrs;
    csrs.extensions.timer = true;
    return csrs;
}

using WithTimer = riscv::Hart<FlatBus, riscv::With<riscv::Bare, riscv::Extensions{.timer = true}>>;
using WithTimerAndPages = riscv::Hart<FlatBus, riscv::With<riscv::Sv39, riscv::Extensions{.timer = true}>>;

/// A hart in S mode with everything open to it and its interrupts on.
template <class Hart>
struct Machine {
    FlatBus bus{64_KiB};
    Hart hart{bus, {.reset_pc = base}};

    explicit Machine(std::initializer_list<std::uint32_t> program) {
        bus.write_program(program);
        bus.write_program({rv64::addi(31, 31, 1), rv64::jal(0, 0)}, handler);
        hart.set_csr(csr::pmpaddr0, ones);
        hart.set_csr(csr::pmpcfg0, 0x1f);
        hart.set_csr(csr::mtvec, handler + 0x100);
        hart.set_csr(csr::stvec, handler);
        hart.set_csr(csr::mideleg, stip);
        hart.set_csr(csr::mie, stip);
        hart.set_csr(csr::mcounteren, counter_time);
        hart.set_csr(csr::menvcfg, stce);
        hart.set_csr(csr::mstatus, status::sie);
        hart.set_privilege(S);
    }
};

}  // namespace

TEST_CASE("a hart without Sstc has neither stimecmp nor STCE") {
    Csrs csrs;
    CHECK_FALSE(csrs.read(csr::stimecmp, Now{}).has_value());
    csrs.write(csr::menvcfg, ones, Now{});
    CHECK(csrs.read(csr::menvcfg, Now{}) == 1u);
    csrs.write(csr::mip, stip, Now{});
    CHECK(csrs.read(csr::mip, Now{}) == stip);
}

TEST_CASE("menvcfg has STCE beside FIOM, and stimecmp holds all bits") {
    Csrs csrs = with_timer();
    CHECK(csrs.read(csr::menvcfg, Now{}) == 0u);
    csrs.write(csr::menvcfg, ones, Now{});
    CHECK(csrs.read(csr::menvcfg, Now{}) == (stce | 1));
    csrs.write(csr::senvcfg, ones, Now{});
    CHECK(csrs.read(csr::senvcfg, Now{}) == 1u);
    for (const std::uint64_t value : {std::uint64_t{0}, ones, std::uint64_t{0x123456789abcdef0}}) {
        csrs.write(csr::stimecmp, value, Now{});
        CHECK(csrs.read(csr::stimecmp, Now{}) == value);
    }
}

TEST_CASE("stimecmp is S mode's while STCE and mcounteren.TM are set") {
    Csrs csrs = with_timer();
    const auto reached = [&](Privilege mode) { return csrs.accessible(csr::stimecmp, true, mode); };
    for (const bool on : {false, true})
        for (const bool counter : {false, true}) {
            csrs.write(csr::menvcfg, on ? stce : 0, Now{});
            csrs.write(csr::mcounteren, counter ? counter_time : ~counter_time, Now{});
            csrs.write(csr::scounteren, ones, Now{});
            CHECK(reached(M));
            CHECK(reached(S) == (on && counter));
            CHECK_FALSE(reached(U));
        }
}

TEST_CASE("with STCE, STIP is read-only and says what the timer says; without, it is software's") {
    Csrs csrs = with_timer();
    csrs.write(csr::mideleg, ones, Now{});
    csrs.write(csr::mip, ones, Now{});
    CHECK(csrs.read(csr::mip, Now{}) == 0x222u);
    csrs.write(csr::stimecmp, 100, Now{});
    CHECK(csrs.timer_interrupt(1000) == 0);  // it compares nothing yet

    csrs.write(csr::menvcfg, stce, Now{});
    CHECK(csrs.read(csr::mip, Now{}) == 0x202u);
    CHECK(csrs.read(csr::sip, Now{}) == 0x202u);
    CHECK(csrs.read(csr::mip, Now{stip}) == 0x222u);
    csrs.write(csr::mip, 0, Now{});
    CHECK(csrs.read(csr::mip, Now{stip}) == stip);
    csrs.write(csr::mip, stip, Now{});
    csrs.write(csr::sip, stip, Now{});
    CHECK(csrs.read(csr::mip, Now{}) == 0u);
    CHECK(csrs.timer_interrupt(99) == 0);
    CHECK(csrs.timer_interrupt(100) == stip);
    CHECK(csrs.timer_interrupt(ones) == stip);
    csrs.write(csr::stimecmp, ones, Now{});
    CHECK(csrs.timer_interrupt(ones - 1) == 0);
    CHECK(csrs.timer_interrupt(ones) == stip);
}

TEMPLATE_TEST_CASE("the timer interrupts S mode when time comes to it, and not before", "", WithTimer,
                   WithTimerAndPages) {
    Machine<TestType> m({rv64::jal(0, 0)});
    m.hart.set_csr(csr::stimecmp, 50);
    m.bus.ticks = 49;
    CHECK(m.hart.ticks_to_timer() == 1);
    m.hart.run(10);
    CHECK(m.hart.x(31) == 0);
    CHECK(m.hart.csr(csr::sip) == 0u);
    m.bus.ticks = 50;
    CHECK(m.hart.csr(csr::sip) == stip);
    CHECK(m.hart.ticks_to_timer() == ones);
    CHECK(m.hart.run(1) == RunResult{1, RunExit::budget});
    CHECK(m.hart.x(31) == 1);
    CHECK(m.hart.csr(csr::scause) == (riscv::interrupt_cause_bit | 5));
    CHECK(m.hart.csr(csr::sepc) == base);
    CHECK(m.hart.privilege() == S);
    // The signal goes when the guest sets it anew, and comes back.
    m.hart.set_csr(csr::stimecmp, 60);
    CHECK(m.hart.csr(csr::mip) == 0u);
    m.bus.ticks = 61;
    CHECK(m.hart.csr(csr::mip) == stip);
}

TEMPLATE_TEST_CASE("a write to stimecmp or STCE takes effect before the next instruction", "", WithTimer,
                   WithTimerAndPages) {
    Machine<TestType> m({rv64::csrw(csr::stimecmp, 5), rv64::addi(6, 0, 1), rv64::jal(0, 0)});
    m.bus.ticks = 1000;
    m.hart.set_x(5, GENERATE(1000, 1001));
    m.hart.run(3);
    const bool due = m.hart.x(5) == 1000;
    CHECK(m.hart.x(31) == (due ? 1 : 0));
    CHECK(m.hart.x(6) == (due ? 0 : 1));
    if (due) CHECK(m.hart.csr(csr::sepc) == base + 4);

    Machine<TestType> machine_mode({rv64::csrw(csr::menvcfg, 5), rv64::jal(0, 0)});
    machine_mode.hart.set_privilege(M);
    machine_mode.hart.set_csr(csr::mideleg, 0);
    machine_mode.hart.set_csr(csr::mstatus, status::mie);
    machine_mode.hart.set_csr(csr::menvcfg, 0);
    machine_mode.hart.set_csr(csr::stimecmp, 0);
    machine_mode.hart.set_x(5, stce);
    machine_mode.hart.run(1);
    CHECK(machine_mode.hart.csr(csr::mcause) == (riscv::interrupt_cause_bit | 5));
    CHECK(machine_mode.hart.csr(csr::mepc) == base + 4);
}

TEMPLATE_TEST_CASE("S mode without STCE or TM takes an illegal instruction at stimecmp", "", WithTimer,
                   WithTimerAndPages) {
    Machine<TestType> m({rv64::csrr(7, csr::stimecmp), rv64::csrr(8, csr::stimecmp), rv64::jal(0, 0)});
    m.hart.set_csr(csr::stimecmp, 77);
    m.hart.run(1);
    CHECK(m.hart.x(7) == 77);
    if (GENERATE(false, true))
        m.hart.set_csr(csr::menvcfg, 0);
    else
        m.hart.set_csr(csr::mcounteren, ~counter_time);
    m.hart.run(1);
    CHECK(m.hart.csr(csr::mcause) == 2u);
    CHECK(m.hart.csr(csr::mepc) == base + 4);
    CHECK(m.hart.csr(csr::mtval) == rv64::csrr(8, csr::stimecmp));
}

TEMPLATE_TEST_CASE("WFI waits for the timer", "", WithTimer, WithTimerAndPages) {
    Machine<TestType> m({rv64::wfi, rv64::addi(6, 0, 1), rv64::jal(0, 0)});
    m.hart.set_csr(csr::stimecmp, 5);
    CHECK(m.hart.run(100) == RunResult{1, RunExit::waiting});
    m.bus.ticks = 4;
    CHECK(m.hart.run(100) == RunResult{0, RunExit::waiting});
    m.bus.ticks = 5;
    CHECK(m.hart.run(10) == RunResult{10, RunExit::budget});
    CHECK(m.hart.x(31) == 1);
    CHECK(m.hart.csr(csr::sepc) == base + 4);
}

TEST_CASE("what a hart has of it is in its state") {
    Machine<WithTimer> m({rv64::jal(0, 0)}), other({rv64::jal(0, 0)});
    m.hart.set_csr(csr::stimecmp, 1234);
    other.hart.set_state(m.hart.state());
    CHECK(other.hart.csr(csr::stimecmp) == 1234u);
    CHECK(other.hart.csr(csr::menvcfg) == stce);
    m.hart.reset();
    CHECK(m.hart.csr(csr::menvcfg) == 0u);
    CHECK(m.hart.ticks_to_timer() == ones);
}
