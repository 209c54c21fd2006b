// Page tables: what the random comparison with QEMU (paging_difference_test) does not reach.
#include <catch2/catch.hpp>

#include <wirewrap/cpu.hpp>

#include "tests/support/flat_bus.hpp"
#include "tests/support/rv64_assembler.hpp"

using namespace wirewrap;
using namespace wirewrap::literals;
using namespace wirewrap::test;
using riscv::Hart;
using riscv::Pmp;
using riscv::Privilege;
using riscv::RunExit;
namespace csr = riscv::csr;
namespace pte = riscv::pte;
namespace status = riscv::status;

namespace {

constexpr std::uint64_t base = FlatBus::ram_base, tables = base + 0x10000, code = base + 0x4000,
                        data = base + 0x8000, handler = base + 0x100, page = 4096;
constexpr std::uint64_t all = pte::valid | pte::read | pte::write | pte::execute | pte::accessed | pte::dirty;
constexpr std::uint64_t sv39 = std::uint64_t{8} << 60, all_open = 0x1f;

/// A hart in S mode, with a table of three levels for the first 2 MiB; satp is on.
struct Machine {
    FlatBus bus{256_KiB};
    Hart<FlatBus, riscv::Sv57> hart{bus, {.reset_pc = base}};

    Machine() {
        bus.write_program({rv64::jal(0, 0)}, handler);
        set(tables, (tables + page) >> 2 | pte::valid);
        set(tables + page, (tables + 2 * page) >> 2 | pte::valid);
        hart.set_csr(csr::pmpaddr0, ~std::uint64_t{0});
        hart.set_csr(csr::pmpcfg0, all_open);
        hart.set_csr(csr::mtvec, handler);
        hart.set_csr(csr::satp, sv39 | tables / page);
        hart.set_privilege(Privilege::supervisor);
    }
    void set(std::uint64_t address, std::uint64_t value) {
        (void)bus.store<std::uint64_t>(GuestAddress{address}, value);
    }
    std::uint64_t word(std::uint64_t address) { return *bus.load<std::uint64_t>(GuestAddress{address}); }
    static std::uint64_t entry_at(std::uint64_t address) { return tables + 2 * page + address / page * 8; }
    void map(std::uint64_t address, std::uint64_t physical, std::uint64_t bits = all) {
        set(entry_at(address), physical >> 2 | bits);
    }
    void run_at(std::uint64_t address, std::uint64_t instructions) {
        hart.set_pc(address);
        CHECK(hart.run(instructions).executed == instructions);
    }
    void check_trap(std::uint64_t cause, std::uint64_t pc, std::uint64_t value) {
        CHECK(hart.csr(csr::mcause) == cause);
        CHECK(hart.csr(csr::mepc) == pc);
        CHECK(hart.csr(csr::mtval) == value);
        CHECK(hart.privilege() == Privilege::machine);
    }
};

}  // namespace

TEST_CASE("satp takes the modes that the hart has, with address space and table, and no other") {
    FlatBus bus{64_KiB};
    Hart<FlatBus, riscv::Sv39> three(bus);
    Hart<FlatBus, riscv::Sv48> four(bus);
    Hart<FlatBus, riscv::Sv57> five(bus);
    const auto kept = [](auto& hart, std::uint64_t value) {
        hart.set_csr(csr::satp, 0);
        hart.set_csr(csr::satp, value);
        return hart.csr(csr::satp) == value;
    };
    constexpr std::uint64_t rest = 0x0fff'ffff'ffff'ffff;
    CHECK(kept(three, std::uint64_t{8} << 60 | rest));
    CHECK_FALSE(kept(three, std::uint64_t{9} << 60 | rest));
    CHECK(kept(four, std::uint64_t{9} << 60 | rest));
    CHECK_FALSE(kept(four, std::uint64_t{10} << 60 | rest));
    CHECK(kept(five, std::uint64_t{10} << 60 | rest));
    CHECK_FALSE(kept(five, std::uint64_t{11} << 60 | rest));
    CHECK_FALSE(kept(five, std::uint64_t{1} << 60));
}

TEST_CASE("A debugger finds what is mapped, and changes nothing by looking") {
    Machine m;
    m.map(0x3000, code, pte::valid | pte::read | pte::user);
    m.set(tables + 8, data >> 2 | all);  // 1 GiB, where the frame's lower bits say nothing
    m.set(tables + 511 * 8, (tables + page) >> 2 | pte::valid);  // the upper end shows the same tables
    CHECK(m.hart.debug_address(0x3123) == code + 0x123);
    CHECK(m.word(Machine::entry_at(0x3000)) == (code >> 2 | pte::valid | pte::read | pte::user));
    CHECK(m.hart.debug_address(0x7fff'ffff) == ((data & ~std::uint64_t{0x3fff'ffff}) | 0x3fff'ffff));
    CHECK(m.hart.debug_address(0xffff'ffff'c000'3008) == code + 8);
    CHECK_FALSE(m.hart.debug_address(0x4000));
    CHECK_FALSE(m.hart.debug_address(std::uint64_t{1} << 38));  // not a copy of its highest bit
    m.hart.set_privilege(Privilege::machine);
    CHECK(m.hart.debug_address(0x4000) == 0x4000);
    m.hart.set_privilege(Privilege::user);
    m.hart.set_csr(csr::satp, 0);
    CHECK(m.hart.debug_address(0x4000) == 0x4000);
    m.hart.set_csr(csr::satp, sv39 | 0x1'0000);  // a table that is no memory
    CHECK_FALSE(m.hart.debug_address(0x3000));
}

TEST_CASE("one page of code at two addresses is decoded once, and each of them is right") {
    Machine m;
    m.bus.write_program({rv64::u_type(0x17, 10, 0), rv64::jalr(0, 1, 0)}, code);  // auipc a0, 0; jr ra
    m.map(0x3000, code);
    m.map(0x7000, code);
    m.hart.set_x(1, 0x7000);
    m.run_at(0x3000, 1);
    CHECK(m.hart.x(10) == 0x3000);
    m.run_at(0x3000, 3);
    CHECK(m.hart.x(10) == 0x7000);
    CHECK(m.hart.pc() == 0x7004);
}

TEST_CASE("the fetch behind a write to satp goes by the new table") {
    Machine m;
    m.map(0x3000, code);
    // The other table leads to other code at the same address.
    const std::uint64_t other = tables + 8 * page;
    m.set(other, (other + page) >> 2 | pte::valid);
    m.set(other + page, (other + 2 * page) >> 2 | pte::valid);
    m.bus.write_program({rv64::csrw(0x180, 5), rv64::addi(10, 0, 1)}, code);
    m.bus.write_program({rv64::nop, rv64::addi(10, 0, 2)}, data);
    m.set(other + 2 * page + 3 * 8, data >> 2 | all);
    m.hart.set_x(5, sv39 | other / page);
    m.run_at(0x3000, 2);
    CHECK(m.hart.x(10) == 2);
    // And where the table has nothing, it fails, with the address that is not there.
    m.set(other + 2 * page + 3 * 8, 0);
    m.hart.set_csr(csr::satp, sv39 | tables / page);
    m.run_at(0x3000, 2);
    m.check_trap(12, 0x3004, 0x3004);
}

TEST_CASE("an instruction across two pages comes from both, and fails at the part that is missing") {
    Machine m;
    const std::uint32_t instruction = rv64::addi(10, 0, 77);
    (void)m.bus.store<std::uint16_t>(GuestAddress{code + page - 2}, static_cast<std::uint16_t>(instruction));
    (void)m.bus.store<std::uint16_t>(GuestAddress{data}, static_cast<std::uint16_t>(instruction >> 16));
    m.map(0x3000, code);
    m.map(0x4000, data);
    m.run_at(0x3ffe, 1);
    CHECK(m.hart.x(10) == 77);
    m.map(0x4000, data, all & ~pte::execute);
    m.hart.set_csr(csr::satp, 0);
    m.hart.set_csr(csr::satp, sv39 | tables / page);
    m.run_at(0x3ffe, 1);
    m.check_trap(12, 0x3ffe, 0x4000);
}

TEST_CASE("a load or store across two pages is two, of which neither happens when one fails") {
    Machine m;
    m.bus.write_program({rv64::sd(6, 5, 0), rv64::ld(10, 5, 0)}, code);
    m.map(0x3000, code);
    m.map(0x5000, data);
    m.map(0x6000, data + 4 * page);
    m.hart.set_x(5, 0x5ffd);
    m.hart.set_x(6, 0x8877'6655'4433'2211);
    m.run_at(0x3000, 2);
    CHECK(m.hart.x(10) == 0x8877'6655'4433'2211);
    CHECK((m.word(data + page - 8) >> 40) == 0x33'2211);
    CHECK((m.word(data + 4 * page) & 0xff'ffff'ffff) == 0x88'7766'5544);
    m.set(m.entry_at(0x6000), 0);
    m.bus.write_program({rv64::sfence_vma, rv64::sd(0, 5, 0)}, code);
    m.hart.code_may_have_changed();
    m.run_at(0x3000, 2);
    m.check_trap(15, 0x3004, 0x6000);
    CHECK((m.word(data + page - 8) >> 40) == 0x33'2211);
}

TEST_CASE("accessed and dirty are set in the table, which has to be writable") {
    Machine m;
    m.bus.write_program({rv64::ld(10, 5, 0), rv64::sd(6, 5, 0)}, code);
    m.map(0x3000, code);
    m.map(0x5000, data, all & ~(pte::accessed | pte::dirty));
    m.hart.set_x(5, 0x5000);
    m.run_at(0x3000, 1);
    CHECK((m.word(m.entry_at(0x5000)) & 0xff) == (all & ~pte::dirty));
    m.run_at(0x3004, 1);
    CHECK((m.word(m.entry_at(0x5000)) & 0xff) == all);
    // PMP lets the table be read only: as it is, the page is there; to be marked, it is not.
    m.map(0x5000, data, all & ~pte::dirty);
    m.hart.set_csr(csr::pmpaddr0, (tables + 2 * page) >> 2 | 0x1ff);
    m.hart.set_csr(csr::pmpaddr0 + 1, ~std::uint64_t{0});
    m.hart.set_csr(csr::pmpcfg0, all_open << 8 | Pmp::napot | Pmp::read);
    m.run_at(0x3000, 1);
    m.run_at(0x3004, 1);
    m.check_trap(7, 0x3004, 0x5000);
}

TEST_CASE("SFENCE.VMA of one page leaves the others, and finds larger ones at any of their addresses") {
    Machine m;
    // A larger page: the second 2 MiB are the RAM that is there.
    m.set(tables + page + 8, base >> 2 | all);
    m.bus.write_program({rv64::ld(10, 5, 0), rv64::sfence_vma | 6 << 15, rv64::ld(10, 5, 0)}, code);
    m.map(0x3000, code);
    m.hart.set_x(5, 0x20'0000 + (data - base));
    m.hart.set_x(6, 0x20'0000);
    m.run_at(0x3000, 1);
    CHECK(m.hart.privilege() == Privilege::supervisor);
    m.set(tables + page + 8, 0);
    m.run_at(0x3000, 1);  // still remembered
    CHECK(m.hart.privilege() == Privilege::supervisor);
    m.run_at(0x3004, 2);
    m.check_trap(13, 0x3008, 0x20'0000 + (data - base));
}

TEST_CASE("TVM, TSR and TW keep supervisors from what they say") {
    const auto cause_of = [](std::uint32_t instruction, std::uint64_t bit) {
        Machine m;
        m.map(0x3000, code);
        m.bus.write_program({instruction}, code);
        m.hart.set_csr(csr::mstatus, bit);
        m.hart.set_csr(csr::sepc, 0x3000);
        m.hart.set_pc(0x3000);
        m.hart.run(1);
        return m.hart.csr(csr::mcause).value();
    };
    for (const std::uint32_t instruction : {rv64::sfence_vma, rv64::csrr(10, 0x180), rv64::csrw(0x180, 0)}) {
        CHECK(cause_of(instruction, status::tvm) == 2);
        CHECK(cause_of(instruction, status::tsr | status::tw) == 0);
    }
    CHECK(cause_of(rv64::sret, status::tsr) == 2);
    CHECK(cause_of(rv64::sret, status::tvm | status::tw) == 0);
    CHECK(cause_of(rv64::wfi, status::tw) == 2);
    CHECK(cause_of(rv64::wfi, status::tvm | status::tsr) == 0);
}

TEST_CASE("MXR and SUM hold from the next access on") {
    Machine m;
    m.bus.write_program({rv64::ld(10, 5, 0), rv64::csr_instruction(2, 0, 0x100, 6), rv64::ld(10, 5, 0),
                         rv64::csr_instruction(3, 0, 0x100, 6), rv64::ld(10, 5, 0)},
                        code);
    m.map(0x3000, code);
    m.map(0x5000, data, all & ~(pte::read | pte::write));
    m.map(0x6000, data, all | pte::user);
    for (const auto& [address, bit] : {std::pair{0x5000, status::mxr}, std::pair{0x6000, status::sum}}) {
        m.hart.set_privilege(Privilege::supervisor);
        m.hart.set_x(5, static_cast<std::uint64_t>(address));
        m.hart.set_x(6, bit);
        m.run_at(0x3004, 4);
        m.check_trap(13, 0x3010, static_cast<std::uint64_t>(address));
    }
}
