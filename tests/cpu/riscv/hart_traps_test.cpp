// Exceptions, privileges and system instructions, one by one.
#include <catch2/catch.hpp>

#include <wirewrap/cpu.hpp>

#include "tests/support/flat_bus.hpp"
#include "tests/support/harts.hpp"
#include "tests/support/rv64_assembler.hpp"

using namespace wirewrap;
using namespace wirewrap::literals;
using namespace wirewrap::test;
using riscv::Privilege;
namespace csr = riscv::csr;
namespace status = riscv::status;

namespace {

constexpr std::uint64_t base = FlatBus::ram_base, handler = base + 0x100, supervisor_handler = base + 0x200;

/// RAM, a hart at its start, handlers that loop, and nothing that PMP forbids.
template <class Hart>
struct Machine {
    FlatBus bus{64_KiB};
    Hart hart{bus, {.reset_pc = base}};

    explicit Machine(std::initializer_list<std::uint32_t> program, Privilege mode = Privilege::machine) {
        bus.write_program(program);
        bus.write_program({rv64::jal(0, 0)}, handler);
        bus.write_program({rv64::jal(0, 0)}, supervisor_handler);
        hart.set_csr(csr::mtvec, handler);
        hart.set_csr(csr::stvec, supervisor_handler);
        hart.set_csr(csr::pmpaddr0, ~std::uint64_t{0});
        hart.set_csr(csr::pmpcfg0, 0x1f);
        hart.set_privilege(mode);
    }

    /// Executes one instruction and expects it to trap.
    void traps(std::uint64_t cause, std::uint64_t value, std::uint64_t pc = base) {
        hart.run(1);
        CHECK(hart.privilege() == Privilege::machine);
        CHECK(hart.pc() == handler);
        CHECK(hart.csr(csr::mcause) == cause);
        CHECK(hart.csr(csr::mtval) == value);
        CHECK(hart.csr(csr::mepc) == pc);
    }
};

}  // namespace

TEMPLATE_TEST_CASE("an illegal instruction gives its bits", "", Compact, Fast) {
    Machine<TestType>{0xffffffff}.traps(2, 0xffffffff);
    Machine<TestType>{0x0000'0000}.traps(2, 0);  // two illegal halfwords
    Machine<TestType>{0x1234'8002}.traps(2, 0x8002);
}

TEMPLATE_TEST_CASE("environment calls and breakpoints say where they come from", "", Compact, Fast) {
    Machine<TestType>({rv64::ecall}, Privilege::user).traps(8, 0);
    Machine<TestType>({rv64::ecall}, Privilege::supervisor).traps(9, 0);
    Machine<TestType>({rv64::ecall}).traps(11, 0);
    Machine<TestType>({rv64::ebreak}).traps(3, 0);
    Machine<TestType>({0x0001'9002}).traps(3, 0);
}

TEMPLATE_TEST_CASE("delegated exceptions stay in S mode", "", Compact, Fast) {
    Machine<TestType> m({rv64::ecall}, Privilege::user);
    m.hart.set_csr(csr::medeleg, 1 << 8);
    m.hart.run(1);
    CHECK(m.hart.privilege() == Privilege::supervisor);
    CHECK(m.hart.pc() == supervisor_handler);
    CHECK(m.hart.csr(csr::scause) == 8u);
    CHECK(m.hart.csr(csr::sepc) == base);
    CHECK(m.hart.csr(csr::mcause) == 0u);
}

TEMPLATE_TEST_CASE("loads and stores where nothing is, or to ROM, are access faults", "", Compact, Fast) {
    const std::uint32_t nowhere = rv64::u_type(0x37, 5, 0x4000'0000);
    Machine<TestType> load({nowhere, rv64::lw(6, 5, 4)});
    load.hart.run(1);
    load.traps(5, 0x4000'0004, base + 4);
    Machine<TestType> store({nowhere, rv64::sb(6, 5, -1)});
    store.hart.run(1);
    store.traps(7, 0x3fff'ffff, base + 4);
}

TEMPLATE_TEST_CASE("a fault leaves the destination as it was", "", Compact, Fast) {
    Machine<TestType> m({rv64::lw(6, 0, 0)});
    m.hart.set_x(6, 77);
    m.traps(5, 0);
    CHECK(m.hart.x(6) == 77);
}

TEMPLATE_TEST_CASE(
    "a device that wants alignment gives address-misaligned, a width it does not take an access fault", "",
    Compact, Fast) {
    Machine<TestType> store({rv64::sw(6, 5, 2)});
    store.hart.set_x(5, FlatBus::finisher);
    store.traps(6, FlatBus::finisher + 2);
    Machine<TestType> width({rv64::sd(6, 5, 0)});
    width.hart.set_x(5, FlatBus::finisher);
    width.traps(7, FlatBus::finisher);
}

TEMPLATE_TEST_CASE("a jump to where nothing is faults at its target", "", Compact, Fast) {
    Machine<TestType> m({rv64::jalr(1, 5, 0)});
    m.hart.set_x(5, 0x4000'0001);
    m.hart.run(1);
    CHECK(m.hart.pc() == 0x4000'0000);
    CHECK(m.hart.x(1) == base + 4);
    m.traps(1, 0x4000'0000, 0x4000'0000);
}

TEMPLATE_TEST_CASE("mret and sret return, each from its mode only", "", Compact, Fast) {
    SECTION("mret to user mode") {
        Machine<TestType> m({rv64::mret});
        m.hart.set_csr(csr::mepc, base + 0x80);
        m.hart.run(1);
        CHECK(m.hart.privilege() == Privilege::user);
        CHECK(m.hart.pc() == base + 0x80);
    }
    SECTION("sret to supervisor mode, from M mode as well") {
        const Privilege from = GENERATE(Privilege::machine, Privilege::supervisor);
        Machine<TestType> m({rv64::sret}, from);
        m.hart.set_csr(csr::sepc, base + 0x80);
        m.hart.set_csr(csr::mstatus, status::spp);
        m.hart.run(1);
        CHECK(m.hart.privilege() == Privilege::supervisor);
        CHECK(m.hart.pc() == base + 0x80);
    }
    SECTION("not below") {
        Machine<TestType>({rv64::mret}, Privilege::supervisor).traps(2, rv64::mret);
        Machine<TestType>({rv64::mret}, Privilege::user).traps(2, rv64::mret);
        Machine<TestType>({rv64::sret}, Privilege::user).traps(2, rv64::sret);
    }
}

TEMPLATE_TEST_CASE("TSR, TW and TVM trap what S mode may do otherwise", "", Compact, Fast) {
    const std::uint32_t instruction = GENERATE(as<std::uint32_t>{}, rv64::sret, rv64::wfi, rv64::sfence_vma,
                                               rv64::csrr(5, csr::satp));
    Machine<TestType> m({instruction}, Privilege::supervisor);
    SECTION("set") {
        m.hart.set_csr(csr::mstatus, status::tsr | status::tw | status::tvm);
        m.traps(2, instruction);
    }
    SECTION("clear") {
        m.hart.run(1);
        CHECK(m.hart.retired() == 1);
    }
}

TEMPLATE_TEST_CASE("user mode may neither wait nor fence", "", Compact, Fast) {
    Machine<TestType>({rv64::wfi}, Privilege::user).traps(2, rv64::wfi);
    Machine<TestType>({rv64::sfence_vma}, Privilege::user).traps(2, rv64::sfence_vma);
}

TEMPLATE_TEST_CASE("CSR instructions obey privilege, existence and read-only registers", "", Compact, Fast) {
    const std::uint32_t from_user = rv64::csrr(5, csr::mstatus);
    Machine<TestType>({from_user}, Privilege::user).traps(2, from_user);
    const std::uint32_t missing = rv64::csrr(5, 0x7c0);
    Machine<TestType>({missing}).traps(2, missing);
    const std::uint32_t read_only = rv64::csrw(csr::mhartid, 5);
    Machine<TestType>({read_only}).traps(2, read_only);
    // Setting no bits is no write: x0 as source, not a register that happens to hold zero.
    Machine<TestType> reads({rv64::csr_instruction(2, 5, csr::mhartid, 0),
                             rv64::csr_instruction(6, 5, csr::mhartid, 0),
                             rv64::csr_instruction(3, 5, csr::mhartid, 6)});
    reads.hart.run(2);
    CHECK(reads.hart.retired() == 2);
    reads.traps(2, rv64::csr_instruction(3, 5, csr::mhartid, 6), base + 8);
}

TEMPLATE_TEST_CASE("the six CSR instructions write, set and clear, and give the old value", "", Compact,
                   Fast) {
    Machine<TestType> m(
        {rv64::csr_instruction(1, 10, csr::mscratch, 5), rv64::csr_instruction(2, 11, csr::mscratch, 6),
         rv64::csr_instruction(3, 12, csr::mscratch, 7), rv64::csr_instruction(5, 13, csr::mscratch, 21),
         rv64::csr_instruction(6, 14, csr::mscratch, 10), rv64::csr_instruction(7, 15, csr::mscratch, 3)});
    m.hart.set_csr(csr::mscratch, 1000);
    m.hart.set_x(5, 0xf0), m.hart.set_x(6, 0x0f), m.hart.set_x(7, 0x81);
    m.hart.run(6);
    CHECK(m.hart.x(10) == 1000);
    CHECK(m.hart.x(11) == 0xf0);
    CHECK(m.hart.x(12) == 0xff);
    CHECK(m.hart.x(13) == 0x7e);
    CHECK(m.hart.x(14) == 21);
    CHECK(m.hart.x(15) == 31);
    CHECK(m.hart.csr(csr::mscratch) == 28u);
}

TEMPLATE_TEST_CASE("a CSR instruction may read and write the same register", "", Compact, Fast) {
    Machine<TestType> m({rv64::csr_instruction(1, 5, csr::mscratch, 5)});
    m.hart.set_csr(csr::mscratch, 1), m.hart.set_x(5, 2);
    m.hart.run(1);
    CHECK(m.hart.x(5) == 1);
    CHECK(m.hart.csr(csr::mscratch) == 2u);
}

TEMPLATE_TEST_CASE("time is the platform's", "", Compact, Fast) {
    Machine<TestType> m({rv64::csrr(5, csr::time)});
    m.bus.ticks = 12345;
    m.hart.run(1);
    CHECK(m.hart.x(5) == 12345);
}
