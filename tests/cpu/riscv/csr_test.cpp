#include <catch2/catch.hpp>

#include <wirewrap/cpu/riscv/csr.hpp>

using namespace wirewrap::riscv;

namespace {

constexpr auto M = Privilege::machine, S = Privilege::supervisor, U = Privilege::user;
constexpr std::uint64_t ones = ~std::uint64_t{0};

struct Now {
    std::uint64_t t = 0, r = 0, lines = 0;
    std::uint64_t time() const { return t; }
    std::uint64_t retired() const { return r; }
    std::uint64_t interrupt_lines() const { return lines; }
};

}  // namespace

TEST_CASE("a mode reaches its own registers and those below") {
    const Csrs csrs;
    CHECK(csrs.accessible(csr::mstatus, true, M));
    CHECK_FALSE(csrs.accessible(csr::mstatus, false, S));
    CHECK(csrs.accessible(csr::sstatus, true, S));
    CHECK_FALSE(csrs.accessible(csr::sstatus, false, U));
    CHECK(csrs.accessible(csr::mhartid, false, M));
    CHECK_FALSE(csrs.accessible(csr::mhartid, true, M));
}

TEST_CASE("TVM keeps S mode from satp") {
    Csrs csrs;
    CHECK(csrs.accessible(csr::satp, true, S));
    csrs.write(csr::mstatus, status::tvm, Now{});
    CHECK_FALSE(csrs.accessible(csr::satp, false, S));
    CHECK(csrs.accessible(csr::satp, true, M));
}

TEST_CASE("counters are lent to lower modes one by one") {
    Csrs csrs;
    CHECK(csrs.accessible(csr::time, false, M));
    CHECK_FALSE(csrs.accessible(csr::time, false, S));
    csrs.write(csr::mcounteren, 1 << 1, Now{});
    CHECK(csrs.accessible(csr::time, false, S));
    CHECK_FALSE(csrs.accessible(csr::cycle, false, S));
    CHECK_FALSE(csrs.accessible(csr::time, false, U));
    csrs.write(csr::scounteren, 1 << 1, Now{});
    CHECK(csrs.accessible(csr::time, false, U));
    CHECK_FALSE(csrs.accessible(csr::time, true, U));
}

TEST_CASE("registers that do not exist have no value") {
    const Csrs csrs;
    for (const std::uint16_t number :
         {0x000, 0x001, 0x180 + 1, 0x303 + 13, 0x3a1, 0x3a3, 0x3c0, 0x5c0, 0x7a0, 0x7c0, 0xb01, 0xf10})
        CHECK_FALSE(csrs.read(number, Now{}).has_value());
    for (std::uint16_t number = csr::mhpmcounter3; number <= csr::mhpmcounter31; ++number)
        CHECK(csrs.read(number, Now{}) == 0u);
}

TEST_CASE("mstatus holds the fields that exist") {
    Csrs csrs;
    CHECK(csrs.read(csr::mstatus, Now{}) == std::uint64_t{0xa'0000'0000});
    csrs.write(csr::mstatus, ones, Now{});
    CHECK(csrs.read(csr::mstatus, Now{}) == std::uint64_t{0xa'007e'19aa});
    CHECK(csrs.read(csr::sstatus, Now{}) == std::uint64_t{0x2'000c'0122});
    csrs.write(csr::mstatus, 2 << 11, Now{});  // there is no mode 2: MPP stays, the rest goes
    CHECK(csrs.read(csr::mstatus, Now{}) == std::uint64_t{0xa'0000'1800});
    csrs.write(csr::sstatus, ones, Now{});
    CHECK(csrs.read(csr::mstatus, Now{}) == std::uint64_t{0xa'000c'1922});
}

TEST_CASE("writes say what they may have changed") {
    Csrs csrs;
    CHECK(csrs.write(csr::mscratch, 1, Now{}) == CsrEffect::none);
    CHECK(csrs.write(csr::mstatus, status::mie, Now{}) == CsrEffect::interrupts);
    CHECK(csrs.write(csr::mstatus, status::mprv, Now{}) == CsrEffect::rights);
    CHECK(csrs.write(csr::mstatus, status::mprv | status::mpp, Now{}) == CsrEffect::rights);
    CHECK(csrs.write(csr::satp, 1, Now{}) == CsrEffect::translation);
    CHECK(csrs.write(csr::mie, 8, Now{}) == CsrEffect::interrupts);
    CHECK(csrs.write(csr::pmpaddr0 + 5, 8, Now{}) == CsrEffect::protection);
    CHECK(csrs.write(csr::pmpcfg2, 0, Now{}) == CsrEffect::protection);
}

TEST_CASE("supervisor interrupt registers are windows on the machine's") {
    Csrs csrs;
    csrs.write(csr::mie, ones, Now{});
    CHECK(csrs.read(csr::mie, Now{}) == 0xaaau);
    CHECK(csrs.read(csr::sie, Now{}) == 0u);
    csrs.write(csr::mideleg, ones, Now{});
    CHECK(csrs.read(csr::mideleg, Now{}) == 0x222u);
    CHECK(csrs.read(csr::sie, Now{}) == 0x222u);
    csrs.write(csr::sie, 0, Now{});
    CHECK(csrs.read(csr::mie, Now{}) == 0x888u);
}

TEST_CASE("mip shows what devices drive and keeps what software wrote") {
    Csrs csrs;
    const Now external{.lines = interrupt::supervisor_external | interrupt::machine_timer};
    csrs.write(csr::mip, ones, external);
    CHECK(csrs.read(csr::mip, Now{}) == 0x222u);
    CHECK(csrs.read(csr::mip, external) == 0x2a2u);
    CHECK(csrs.read(csr::sip, external) == 0u);
    csrs.write(csr::mideleg, ones, external);
    CHECK(csrs.read(csr::sip, external) == 0x222u);
    csrs.write(csr::sip, 0, external);  // only the software interrupt is S mode's to clear
    CHECK(csrs.read(csr::mip, Now{}) == 0x220u);
    csrs.write(csr::mip, 0, external);
    // A set or clear starts from the software's bits: what a device drives does not stick.
    CHECK(csrs.read_to_modify(csr::mip, external) == 0u);
    CHECK(csrs.read_to_modify(csr::sip, external) == 0u);
    CHECK(csrs.read_to_modify(csr::mie, external) == csrs.read(csr::mie, external));
}

TEST_CASE("values that a register cannot hold leave it as it was or are cut") {
    Csrs csrs;
    csrs.write(csr::mtvec, 0x8000'0101, Now{});
    CHECK(csrs.read(csr::mtvec, Now{}) == 0x8000'0101u);
    csrs.write(csr::mtvec, 0x9000'0002, Now{});
    CHECK(csrs.read(csr::mtvec, Now{}) == 0x8000'0101u);
    csrs.write(csr::mepc, 0x8000'0003, Now{});
    CHECK(csrs.read(csr::mepc, Now{}) == 0x8000'0002u);
    csrs.write(csr::medeleg, ones, Now{});
    CHECK(csrs.read(csr::medeleg, Now{}) == 0xb3ffu);
    csrs.write(csr::mcounteren, ones, Now{});
    CHECK(csrs.read(csr::mcounteren, Now{}) == 0xffff'ffffu);
    csrs.write(csr::satp, 0x8000'0000'0008'0000, Now{});  // Sv39 is not there
    CHECK(csrs.read(csr::satp, Now{}) == 0u);
    csrs.write(csr::misa, 0, Now{});
    CHECK(csrs.read(csr::misa, Now{}) == (std::uint64_t{2} << 62 | 0x141105));
    csrs.write(csr::menvcfg, ones, Now{});
    CHECK(csrs.read(csr::menvcfg, Now{}) == 1u);
}

TEST_CASE("counters count, can be set and can stand still") {
    Csrs csrs;
    CHECK(csrs.read(csr::minstret, Now{.r = 100}) == 100u);
    // The writing instruction is the 101st; the next one reads what was written.
    csrs.write(csr::minstret, 7, Now{.r = 100});
    CHECK(csrs.read(csr::minstret, Now{.r = 101}) == 7u);
    CHECK(csrs.read(csr::instret, Now{.r = 111}) == 17u);
    CHECK(csrs.read(csr::mcycle, Now{.r = 111}) == 111u);
    csrs.write(csr::mcountinhibit, 4, Now{.r = 120});
    CHECK(csrs.read(csr::mcountinhibit, Now{}) == 4u);
    CHECK(csrs.read(csr::minstret, Now{.r = 200}) == 27u);
    csrs.write(csr::minstret, 1, Now{.r = 200});
    csrs.write(csr::mcountinhibit, 0, Now{.r = 300});
    CHECK(csrs.read(csr::minstret, Now{.r = 301}) == 1u);
    CHECK(csrs.read(csr::minstret, Now{.r = 311}) == 11u);
    CHECK(csrs.read(csr::time, Now{.t = 55}) == 55u);
}
