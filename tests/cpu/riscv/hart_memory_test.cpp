// Loads, stores and atomics; protection.
#include <catch2/catch.hpp>

#include <thread>

#include <wirewrap/cpu.hpp>

#include "tests/support/flat_bus.hpp"
#include "tests/support/harts.hpp"
#include "tests/support/rv64_assembler.hpp"

using namespace wirewrap;
using namespace wirewrap::literals;
using namespace wirewrap::test;
using riscv::Pmp;
using riscv::Privilege;
namespace csr = riscv::csr;
namespace status = riscv::status;

namespace {

constexpr std::uint64_t base = FlatBus::ram_base, data = base + 0x2000, handler = base + 0x100;
enum : std::uint32_t { lr = 2, sc = 3, amoadd = 0, amoswap = 1, amomin = 0x10, amomaxu = 0x1c };

template <class Hart>
struct Machine {
    FlatBus bus{64_KiB};
    Hart hart{bus, {.reset_pc = base}};

    explicit Machine(std::initializer_list<std::uint32_t> program) {
        bus.write_program(program);
        bus.write_program({rv64::jal(0, 0)}, handler);
        hart.set_csr(csr::mtvec, handler);
        hart.set_x(5, data);
    }
    std::uint64_t word(std::uint64_t address) { return *bus.load<std::uint64_t>(GuestAddress{address}); }
    void set_word(std::uint64_t address, std::uint64_t value) {
        (void)bus.store<std::uint64_t>(GuestAddress{address}, value);
    }
    /// Entry 0: one page at `data` with these rights; entry 1: all else open.
    void protect(std::uint8_t rights) {
        hart.set_csr(csr::pmpaddr0, data >> 2 | 0x1ff);
        hart.set_csr(csr::pmpaddr0 + 1, ~std::uint64_t{0});
        hart.set_csr(csr::pmpcfg0, 0x1f00 | Pmp::napot | rights);
    }
};

}  // namespace

TEMPLATE_TEST_CASE("loads extend as they say, at any alignment", "", Compact, Fast) {
    Machine<TestType> m({rv64::load(0, 10, 5, 0), rv64::load(4, 11, 5, 0), rv64::load(1, 12, 5, 1),
                         rv64::load(5, 13, 5, 1), rv64::load(2, 14, 5, 1), rv64::load(6, 15, 5, 1),
                         rv64::load(3, 16, 5, 1)});
    m.set_word(data, 0x8877'6655'84a3'92f1);
    m.set_word(data + 8, 0x99);
    m.hart.run(7);
    CHECK(m.hart.x(10) == 0xffff'ffff'ffff'fff1);
    CHECK(m.hart.x(11) == 0xf1);
    CHECK(m.hart.x(12) == 0xffff'ffff'ffff'a392);
    CHECK(m.hart.x(13) == 0xa392);
    CHECK(m.hart.x(14) == 0x5584'a392);
    CHECK(m.hart.x(15) == 0x5584'a392);
    CHECK(m.hart.x(16) == 0x9988'7766'5584'a392);
}

TEMPLATE_TEST_CASE("the last bytes of RAM can be reached, the first beyond cannot", "", Compact, Fast) {
    Machine<TestType> m({rv64::ld(10, 6, -8), rv64::sb(10, 6, -1), rv64::ld(10, 6, -7)});
    m.hart.set_x(6, base + 0x1'0000);
    m.hart.run(3);
    CHECK(m.hart.retired() == 2);
    CHECK(m.hart.csr(csr::mcause) == 5u);
    CHECK(m.hart.csr(csr::mtval) == base + 0x1'0000);  // where the part that failed begins
}

TEMPLATE_TEST_CASE("atomics modify memory and give the old value, sign-extended", "", Compact, Fast) {
    Machine<TestType> m({rv64::amo(amoadd, 2, 10, 5, 6), rv64::amo(amoswap, 3, 11, 5, 6),
                         rv64::amo(amomin, 2, 12, 5, 7), rv64::amo(amomaxu, 2, 13, 5, 7)});
    m.set_word(data, 0x1'ffff'fff0);
    m.hart.set_x(6, 5), m.hart.set_x(7, ~std::uint64_t{2});
    m.hart.run(4);
    CHECK(m.hart.x(10) == 0xffff'ffff'ffff'fff0);
    CHECK(m.hart.x(11) == 0x1'ffff'fff5);
    CHECK(m.hart.x(12) == 5);
    CHECK(m.hart.x(13) == ~std::uint64_t{2});
    CHECK(m.word(data) == 0xffff'fffd);
}

TEMPLATE_TEST_CASE("atomics want alignment and RAM", "", Compact, Fast) {
    const auto cause_of = [](std::uint32_t instruction, std::uint64_t address) {
        Machine<TestType> m({instruction});
        m.hart.set_x(5, address);
        m.hart.run(1);
        CHECK(m.hart.csr(csr::mtval) == address);
        return *m.hart.csr(csr::mcause);
    };
    CHECK(cause_of(rv64::amo(amoadd, 2, 10, 5, 6), data + 2) == 6);
    CHECK(cause_of(rv64::amo(amoadd, 3, 10, 5, 6), data + 4) == 6);
    CHECK(cause_of(rv64::amo(lr, 3, 10, 5, 0), data + 4) == 4);
    CHECK(cause_of(rv64::amo(sc, 2, 10, 5, 6), data + 1) == 6);  // with nothing reserved, too
    CHECK(cause_of(rv64::amo(sc, 3, 10, 5, 6), data + 4) == 6);
    CHECK(cause_of(rv64::amo(amoadd, 2, 10, 5, 6), FlatBus::uart) == 7);
    CHECK(cause_of(rv64::amo(lr, 2, 10, 5, 0), FlatBus::uart) == 5);
}

TEMPLATE_TEST_CASE("a store-conditional succeeds on an untouched reservation, once", "", Compact, Fast) {
    Machine<TestType> m({rv64::amo(lr, 3, 10, 5, 0), rv64::amo(sc, 3, 11, 5, 6), rv64::amo(sc, 3, 12, 5, 7)});
    m.set_word(data, 40);
    m.hart.set_x(6, 41), m.hart.set_x(7, 42);
    m.hart.run(3);
    CHECK(m.hart.x(10) == 40);
    CHECK(m.hart.x(11) == 0);
    CHECK(m.hart.x(12) == 1);
    CHECK(m.word(data) == 41);
}

TEMPLATE_TEST_CASE("a reservation is for one address and width, ends with a trap, and sees other values", "",
                   Compact, Fast) {
    const auto outcome = [](std::initializer_list<std::uint32_t> program, std::uint64_t steps) {
        Machine<TestType> m(program);
        m.hart.set_x(6, 1);
        m.bus.write_program(
            {rv64::csrr(7, csr::mepc), rv64::addi(7, 7, 4), rv64::csrw(csr::mepc, 7), rv64::mret}, handler);
        m.hart.run(steps);
        return m.hart.x(10);
    };
    const std::uint32_t reserve = rv64::amo(lr, 3, 11, 5, 0), conditional = rv64::amo(sc, 3, 10, 5, 6);
    CHECK(outcome({reserve, rv64::addi(5, 5, 8), conditional}, 3) == 1);
    CHECK(outcome({reserve, rv64::amo(sc, 2, 10, 5, 6)}, 2) == 1);
    CHECK(outcome({reserve, rv64::ecall, conditional}, 7) == 1);
    CHECK(outcome({reserve, rv64::sb(6, 5, 3), conditional}, 3) == 1);
    CHECK(outcome({reserve, rv64::sb(6, 5, 8), conditional}, 3) == 0);
    CHECK(outcome({conditional}, 1) == 1);
}

TEMPLATE_TEST_CASE("harts that share RAM share its atomics", "", Compact, Fast) {
    FlatBus bus(64_KiB);
    // Each adds one, a hundred thousand times: half by AMO, half by LR and SC.
    bus.write_program({rv64::amo(amoadd, 3, 0, 5, 7),                                  // +0
                       rv64::amo(lr, 3, 10, 5, 0), rv64::addi(10, 10, 1),              // +4
                       rv64::amo(sc, 3, 11, 5, 10), rv64::bne(11, 0, -12),             // +12
                       rv64::addi(6, 6, -1), rv64::bne(6, 0, -24), rv64::jal(0, 0)});  // +20
    const auto work = [&](std::uint64_t id) {
        TestType hart(bus, {.hart_id = id, .reset_pc = base, .code_pages = 4});
        hart.set_x(5, data), hart.set_x(6, 50'000), hart.set_x(7, 1);
        while (hart.x(6) != 0) hart.run(10'000);
    };
    std::jthread other(work, 1);
    work(0);
    other.join();
    CHECK(*bus.load<std::uint64_t>(GuestAddress{data}) == 200'000);
}

TEMPLATE_TEST_CASE("PMP holds loads and stores of S and U mode, and not of M mode", "", Compact, Fast) {
    const std::uint8_t rights = GENERATE(as<std::uint8_t>{}, 0, Pmp::read, Pmp::read | Pmp::write);
    const Privilege mode = GENERATE(Privilege::machine, Privilege::supervisor, Privilege::user);
    const bool reads = mode == Privilege::machine || (rights & Pmp::read) != 0;
    const bool writes = mode == Privilege::machine || (rights & Pmp::write) != 0;
    const auto attempt = [&](std::uint32_t instruction, std::uint64_t cause, bool allowed) {
        Machine<TestType> m({instruction});
        m.protect(rights);
        m.hart.set_privilege(mode);
        m.hart.run(1);
        CHECK(m.hart.retired() == (allowed ? 1 : 0));
        CHECK(m.hart.csr(csr::mcause) == (allowed ? 0 : cause));
        if (!allowed) CHECK(m.hart.csr(csr::mtval) == data);
    };
    attempt(rv64::lbu(10, 5, 0), 5, reads);
    attempt(rv64::ld(10, 5, 0), 5, reads);
    attempt(rv64::sb(10, 5, 0), 7, writes);
    attempt(rv64::sd(10, 5, 0), 7, writes);
    attempt(rv64::amo(amoadd, 2, 10, 5, 6), 7, reads && writes);
    attempt(rv64::amo(lr, 3, 10, 5, 0), 5, reads);
}

TEMPLATE_TEST_CASE("PMP is enforced to four bytes, and changes at once", "", Compact, Fast) {
    Machine<TestType> m({rv64::lw(10, 5, 0), rv64::lw(10, 5, 4), rv64::lw(10, 5, 8), rv64::ecall});
    m.hart.set_csr(csr::pmpaddr0, (data + 4) >> 2);
    m.hart.set_csr(csr::pmpaddr0 + 1, ~std::uint64_t{0});
    m.hart.set_csr(csr::pmpcfg0, 0x1f00 | Pmp::na4);
    m.hart.set_privilege(Privilege::supervisor);
    m.hart.run(2);
    CHECK(m.hart.csr(csr::mcause) == 5u);
    CHECK(m.hart.csr(csr::mtval) == data + 4);
    m.hart.set_csr(csr::pmpcfg0, 0x1f00 | Pmp::na4 | Pmp::read);
    m.hart.set_privilege(Privilege::supervisor);
    m.hart.set_pc(base);
    m.hart.run(4);
    CHECK(m.hart.csr(csr::mcause) == 9u);
}

TEMPLATE_TEST_CASE("PMP holds execution, by page and by instruction", "", Compact, Fast) {
    Machine<TestType> m(
        {rv64::addi(10, 10, 1), rv64::addi(10, 10, 1), rv64::addi(10, 10, 1), rv64::jal(0, 0)});
    m.hart.set_csr(csr::pmpaddr0, (base + 8) >> 2);
    SECTION("the third instruction, in the middle of a page, is not executable") {
        m.hart.set_csr(csr::pmpaddr0 + 1, ~std::uint64_t{0});
        m.hart.set_csr(csr::pmpcfg0, 0x1f00 | Pmp::na4 | Pmp::read | Pmp::write);
        m.hart.set_privilege(Privilege::user);
        m.hart.run(3);
        CHECK(m.hart.x(10) == 2);
        CHECK(m.hart.csr(csr::mcause) == 1u);
        CHECK(m.hart.csr(csr::mepc) == base + 8);
        CHECK(m.hart.csr(csr::mtval) == base + 8);
    }
    SECTION("nothing is open to user mode") {
        m.hart.set_csr(csr::mtvec, handler);
        m.hart.set_privilege(Privilege::user);
        m.hart.run(1);
        CHECK(m.hart.csr(csr::mcause) == 1u);
        CHECK(m.hart.csr(csr::mepc) == base);
    }
    SECTION("a locked entry holds M mode") {
        m.hart.set_csr(csr::pmpcfg0, Pmp::tor | Pmp::read | Pmp::write | Pmp::locked);  // [0, base + 8)
        m.hart.set_pc(base + 4);
        m.hart.run(1);
        CHECK(m.hart.csr(csr::mcause) == 1u);
    }
    SECTION("code that was entered stays allowed for its mode only") {
        m.hart.set_csr(csr::pmpaddr0, base >> 2 | 0x1ff);
        m.hart.set_csr(csr::pmpcfg0, Pmp::napot | Pmp::read | Pmp::write);
        m.hart.run(4);
        CHECK(m.hart.x(10) == 3);
        m.hart.set_pc(base);
        m.hart.set_privilege(Privilege::supervisor);
        m.hart.run(1);
        CHECK(m.hart.csr(csr::mcause) == 1u);
    }
}

TEMPLATE_TEST_CASE("MPRV gives loads and stores of M mode the rights of MPP", "", Compact, Fast) {
    Machine<TestType> m({rv64::csr_instruction(2, 0, csr::mstatus, 6), rv64::ld(10, 5, 0), rv64::jal(0, 0)});
    m.protect(0);
    m.hart.set_x(6, status::mprv);  // MPP is U
    m.hart.run(2);
    CHECK(m.hart.csr(csr::mcause) == 5u);
    CHECK(m.hart.csr(csr::mepc) == base + 4);
    // The trap made MPP the mode it came from: M.
    m.hart.set_pc(base + 4);
    m.hart.run(1);
    CHECK(m.hart.retired() == 2);
}
