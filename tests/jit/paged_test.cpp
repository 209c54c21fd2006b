// Translated code on a hart with page tables.
#include <catch2/catch.hpp>

#include <wirewrap/cpu.hpp>
#include <wirewrap/jit.hpp>

#include "tests/support/flat_bus.hpp"
#include "tests/support/rv64_assembler.hpp"

using namespace wirewrap;
using namespace wirewrap::literals;
using namespace wirewrap::test;
using namespace wirewrap::test::rv64;
using riscv::Privilege;
namespace csr = riscv::csr;
namespace pte = riscv::pte;

namespace {

constexpr std::uint64_t base = FlatBus::ram_base, tables = base + 0x10000, code = base + 0x4000,
                        data = base + 0x8000, page = 4096;
constexpr std::uint64_t all = pte::valid | pte::read | pte::write | pte::execute | pte::accessed | pte::dirty;

struct Machine {
    FlatBus bus{256_KiB};
    riscv::Hart<FlatBus, riscv::Rv64gc, riscv::DefaultDispatch, jit::Translated> hart{bus};

    Machine() {
        set(tables, (tables + page) >> 2 | pte::valid);
        set(tables + page, (tables + 2 * page) >> 2 | pte::valid);
        hart.set_csr(csr::pmpaddr0, ~std::uint64_t{0});
        hart.set_csr(csr::pmpcfg0, 0x1f);
        hart.set_csr(csr::satp, std::uint64_t{8} << 60 | tables / page);
        hart.set_csr(csr::mtvec, base);
        bus.write_program({jal(0, 0)});
        hart.set_privilege(Privilege::supervisor);
    }
    void set(std::uint64_t address, std::uint64_t value) {
        (void)bus.store<std::uint64_t>(GuestAddress{address}, value);
    }
    std::uint64_t word(std::uint64_t address) { return *bus.load<std::uint64_t>(GuestAddress{address}); }
    void map(std::uint64_t address, std::uint64_t physical) {
        set(tables + 2 * page + address / page * 8, physical >> 2 | all);
    }
};

}  // namespace

TEST_CASE("a page that is seen at two addresses is right at both of them") {
    Machine m;
    // auipc a0, 0; addi t1, t1, 1; sd t1, 0(t0); bne t1, t2, -12; and again from the start by a7.
    m.bus.write_program({u_type(0x17, 10, 0), addi(6, 6, 1), sd(6, 5, 0), bne(6, 7, -12), jalr(0, 17, 0)},
                        code);
    m.map(0x3000, code);
    m.map(0x7000, code);
    m.map(0x5000, data);
    m.hart.set_x(5, 0x5000);
    for (const std::uint64_t at : {0x3000, 0x7000, 0x3000}) {
        m.hart.set_pc(at);
        m.hart.set_x(6, 0);
        m.hart.set_x(7, 50'000);
        m.hart.set_x(17, at);
        CHECK(m.hart.run(200'000).executed == 200'000);
        CHECK(m.hart.x(10) == at);
        CHECK(m.hart.x(6) == 50'000);
        CHECK(m.word(data) == 50'000);
        CHECK(m.hart.pc() == at + 16);
    }
    CHECK(m.hart.regions().regions() == 3);  // it is translated for the address at which it is executed
}

TEST_CASE("what translated code stores to follows the page table, and faults are exact") {
    Machine m;
    m.bus.write_program({addi(6, 6, 1), sd(6, 5, 0), bne(6, 7, -8), sfence_vma, jalr(0, 17, 0)}, code);
    m.map(0x3000, code);
    m.map(0x5000, data);
    m.hart.set_x(5, 0x5000);
    m.hart.set_x(7, 30'000);
    m.hart.set_x(17, 0x3000);
    m.hart.set_pc(0x3000);
    m.hart.run(90'001);
    CHECK(m.word(data) == 30'000);
    CHECK(m.hart.regions().regions() >= 1);
    // Elsewhere from the next fence on, which was executed just now.
    m.map(0x5000, data + page);
    m.hart.set_x(6, 0);
    m.hart.run(90'001);
    CHECK(m.word(data + page) == 30'000);
    CHECK(m.word(data) == 30'000);
    // And nowhere.
    m.set(tables + 2 * page + 5 * 8, 0);
    m.hart.set_x(6, 0);
    m.hart.run(4);  // the fence, the jump, and two of the loop
    CHECK(m.hart.csr(csr::mcause) == 15u);
    CHECK(m.hart.csr(csr::mepc) == 0x3004u);
    CHECK(m.hart.csr(csr::mtval) == 0x5000u);
    CHECK(m.hart.x(6) == 1);
}
