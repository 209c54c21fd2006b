// Interrupts: when they are taken, and WFI.
#include <catch2/catch.hpp>

#include <wirewrap/cpu.hpp>

#include "tests/support/flat_bus.hpp"
#include "tests/support/harts.hpp"
#include "tests/support/rv64_assembler.hpp"

using namespace wirewrap;
using namespace wirewrap::literals;
using namespace wirewrap::test;
using riscv::Privilege;
using riscv::RunExit;
using riscv::RunResult;
namespace csr = riscv::csr;
namespace status = riscv::status;

namespace {

constexpr std::uint64_t base = FlatBus::ram_base, handler = base + 0x100;
constexpr std::uint64_t timer = riscv::interrupt::machine_timer;

template <class Hart>
struct Machine {
    FlatBus bus{64_KiB};
    Hart hart{bus, {.reset_pc = base}};

    explicit Machine(std::initializer_list<std::uint32_t> program) {
        bus.write_program(program);
        bus.write_program({rv64::addi(31, 31, 1), rv64::jal(0, 0)}, handler);
        hart.set_csr(csr::mtvec, handler);
        hart.set_csr(csr::mie, timer);
    }
};

}  // namespace

TEMPLATE_TEST_CASE("an enabled interrupt is taken on entry, before the next instruction", "", Compact, Fast) {
    Machine<TestType> m({rv64::jal(0, 0)});
    m.hart.set_csr(csr::mstatus, status::mie);
    m.hart.run(10);
    CHECK(m.hart.x(31) == 0);
    m.bus.lines = timer;
    CHECK(m.hart.run(1) == RunResult{1, RunExit::budget});  // the handler's first instruction
    CHECK(m.hart.x(31) == 1);
    CHECK(m.hart.csr(csr::mcause) == (riscv::interrupt_cause_bit | 7));
    CHECK(m.hart.csr(csr::mepc) == base);
    CHECK(m.hart.csr(csr::mip) == timer);
    m.hart.run(100);
    CHECK(m.hart.x(31) == 1);  // MIE is off in the handler
}

TEMPLATE_TEST_CASE("with no budget an interrupt is taken and nothing executed", "", Compact, Fast) {
    Machine<TestType> m({rv64::jal(0, 0)});
    m.hart.set_csr(csr::mstatus, status::mie);
    m.bus.lines = timer;
    CHECK(m.hart.run(0) == RunResult{0, RunExit::budget});
    CHECK(m.hart.pc() == handler);
}

TEMPLATE_TEST_CASE("inputs are looked at every quantum of a long run", "", Compact, Fast) {
    Machine<TestType> m({rv64::jal(0, 0)});
    m.hart.set_csr(csr::mstatus, status::mie);
    const std::uint64_t before = m.bus.line_reads;
    m.hart.run(100 * TestType::quantum);
    CHECK(m.bus.line_reads - before >= 100);
    CHECK(m.bus.line_reads - before <= 102);
}

TEMPLATE_TEST_CASE("an interrupt comes right after the instruction that lets it in", "", Compact, Fast) {
    Machine<TestType> m({rv64::addi(5, 0, 8), rv64::csr_instruction(2, 0, csr::mstatus, 5),
                         rv64::addi(6, 0, 1), rv64::jal(0, 0)});
    m.bus.lines = timer;
    m.hart.run(3);
    CHECK(m.hart.csr(csr::mepc) == base + 8);
    CHECK(m.hart.x(6) == 0);
    CHECK(m.hart.x(31) == 1);
}

TEMPLATE_TEST_CASE("mret lets in what was held back", "", Compact, Fast) {
    Machine<TestType> m({rv64::mret});
    m.hart.set_csr(csr::mstatus, status::mpie | status::mpp);
    m.hart.set_csr(csr::mepc, base + 0x40);
    m.bus.lines = timer;
    m.hart.run(2);
    CHECK(m.hart.csr(csr::mepc) == base + 0x40);
    CHECK(m.hart.x(31) == 1);
}

TEMPLATE_TEST_CASE("the guest's own software interrupt", "", Compact, Fast) {
    Machine<TestType> m({rv64::addi(5, 0, 2), rv64::csr_instruction(2, 0, csr::mip, 5), rv64::jal(0, 0)});
    m.hart.set_csr(csr::mie, riscv::interrupt::supervisor_software);
    m.hart.set_csr(csr::mstatus, status::mie);
    m.hart.run(3);
    CHECK(m.hart.csr(csr::mcause) == (riscv::interrupt_cause_bit | 1));
    CHECK(m.hart.csr(csr::mepc) == base + 8);
}

TEMPLATE_TEST_CASE("WFI waits for an enabled interrupt, whether or not it is taken", "", Compact, Fast) {
    const bool taken = GENERATE(false, true);
    Machine<TestType> m({rv64::wfi, rv64::addi(6, 0, 1), rv64::jal(0, 0)});
    m.hart.set_csr(csr::mstatus, taken ? status::mie : 0);
    CHECK(m.hart.run(100) == RunResult{1, RunExit::waiting});
    CHECK(m.hart.waiting());
    CHECK(m.hart.pc() == base + 4);
    CHECK(m.hart.run(100) == RunResult{0, RunExit::waiting});
    m.bus.lines = riscv::interrupt::machine_external;  // not enabled
    CHECK(m.hart.run(100) == RunResult{0, RunExit::waiting});
    m.bus.lines = timer;
    CHECK(m.hart.run(10) == RunResult{10, RunExit::budget});
    CHECK_FALSE(m.hart.waiting());
    CHECK(m.hart.x(6) == (taken ? 0 : 1));
    CHECK(m.hart.x(31) == (taken ? 1 : 0));
    if (taken) CHECK(m.hart.csr(csr::mepc) == base + 4);
}

TEMPLATE_TEST_CASE("WFI with something pending does not wait", "", Compact, Fast) {
    Machine<TestType> m({rv64::wfi, rv64::addi(6, 0, 1), rv64::jal(0, 0)});
    m.bus.lines = timer;
    CHECK(m.hart.run(10) == RunResult{10, RunExit::budget});
    CHECK(m.hart.x(6) == 1);
}

TEMPLATE_TEST_CASE("a delegated interrupt goes to S mode", "", Compact, Fast) {
    Machine<TestType> m({rv64::jal(0, 0)});
    m.hart.set_csr(csr::pmpaddr0, ~std::uint64_t{0});
    m.hart.set_csr(csr::pmpcfg0, 0x1f);
    m.hart.set_csr(csr::mideleg, 0x222);
    m.hart.set_csr(csr::mie, riscv::interrupt::supervisor_external);
    m.hart.set_csr(csr::stvec, handler | 1);
    m.bus.write_program({rv64::jal(0, 0)}, handler + 4 * 9);
    m.hart.set_privilege(Privilege::supervisor);
    m.bus.lines = riscv::interrupt::supervisor_external;
    m.hart.run(5);
    CHECK(m.hart.csr(csr::scause) == 0u);  // SIE is off
    m.hart.set_csr(csr::mstatus, status::sie);
    m.hart.run(5);
    CHECK(m.hart.csr(csr::scause) == (riscv::interrupt_cause_bit | 9));
    CHECK(m.hart.pc() == handler + 4 * 9);
    CHECK(m.hart.privilege() == Privilege::supervisor);
}
