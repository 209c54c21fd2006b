// What a hart says of itself, for device trees.
#include <catch2/catch.hpp>

#include <wirewrap/cpu.hpp>

#include "tests/support/flat_bus.hpp"

using namespace wirewrap;
using namespace wirewrap::riscv;
using wirewrap::test::FlatBus;

TEST_CASE("a hart says what it has, in canonical order") {
    using Plain = Hart<FlatBus>;
    CHECK(isa_string(Plain::extensions) == "rv64imac_zicntr_zicsr_zifencei");
    CHECK(mmu_type(Plain::satp_modes) == "riscv,none");
    using Larger = Hart<FlatBus, Rv64gc>;
    CHECK(isa_string(Larger::extensions) == "rv64imafdc_zicntr_zicsr_zifencei_zihintpause_zba_zbb_zbs_sstc");
    CHECK(mmu_type(Larger::satp_modes) == "riscv,sv57");
    CHECK(mmu_type(Sv39::satp_modes) == "riscv,sv39");
    CHECK(mmu_type(Sv48::satp_modes) == "riscv,sv48");
    CHECK(isa_extensions({.bits = true}) == std::vector<std::string_view>{"i", "m", "a", "c", "zicntr",
                                                                          "zicsr", "zifencei", "zba", "zbb",
                                                                          "zbs"});
    CHECK(isa_string({.timer = true}) == "rv64imac_zicntr_zicsr_zifencei_sstc");
}

TEST_CASE("misa and the CSRs are those of the extensions") {
    FlatBus bus(Bytes{4096});
    Hart<FlatBus> plain(bus);
    Hart<FlatBus, Rv64gc> larger(bus);
    constexpr std::uint64_t f = 1u << 5, d = 1u << 3;
    CHECK((plain.csr(csr::misa).value() & (f | d)) == 0);
    CHECK((larger.csr(csr::misa).value() & (f | d)) == (f | d));
    CHECK_FALSE(plain.csr(csr::fcsr));
    CHECK(larger.csr(csr::fcsr) == 0u);
    plain.set_csr(csr::mstatus, status::floating);
    CHECK((plain.csr(csr::mstatus).value() & status::floating) == 0);
    larger.set_csr(csr::mstatus, status::floating);
    CHECK((larger.csr(csr::mstatus).value() & (status::floating | status::state_dirty)) ==
          (status::floating | status::state_dirty));
}

TEST_CASE("floating point registers and flags are part of a hart's state") {
    FlatBus bus(Bytes{4096});
    Hart<FlatBus, Rv64gc> one(bus), other(bus);
    one.set_f(7, 0x3ff0'0000'0000'0000);
    one.set_csr(csr::fcsr, 0x55);
    other.set_state(one.state());
    CHECK(other.f(7) == 0x3ff0'0000'0000'0000);
    CHECK(other.csr(csr::fcsr) == 0x55u);
    other.reset();
    CHECK(other.f(7) == 0);
    CHECK(other.csr(csr::fcsr) == 0u);
}
