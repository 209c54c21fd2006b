// What an observer hears of accesses: values, both addresses, and why one was refused. Random programs are in observed_test.cpp.
#include <wirewrap/cpu/riscv/observed.hpp>

#include <catch2/catch.hpp>

#include <cstdint>
#include <optional>
#include <ostream>
#include <vector>

#include <wirewrap/cpu.hpp>
#include <wirewrap/jit.hpp>

#include "tests/support/busy_program.hpp"
#include "tests/support/flat_bus.hpp"
#include "tests/support/rv64_assembler.hpp"

using namespace wirewrap;
using namespace wirewrap::literals;
using namespace wirewrap::test;
using namespace wirewrap::test::rv64;
using riscv::Cause;
using riscv::MadeAccess;
using riscv::Privilege;
using riscv::RunExit;
using riscv::RunResult;

namespace wirewrap::riscv {
std::ostream& operator<<(std::ostream& out, const MadeAccess& made) {
    out << std::hex << "pc " << made.pc << ": " << static_cast<int>(made.access) << " of " << made.width
        << " at " << made.address;
    if (made.physical) out << " (" << *made.physical << ")";
    if (made.value) out << " value " << *made.value;
    if (made.cause) out << " cause " << static_cast<int>(*made.cause);
    return out << std::dec;
}
}  // namespace wirewrap::riscv

namespace {

struct Record {
    void touched(const MadeAccess& access) {
        (access.access == Access::fetch ? fetches : accesses).push_back(access);
    }
    std::vector<MadeAccess> accesses{}, fetches{};
};

using Interpreted = riscv::Hart<FlatBus, riscv::Bare, riscv::DefaultDispatch, riscv::Observed<Record>>;
using Translated = riscv::Hart<FlatBus, riscv::Bare, riscv::DefaultDispatch,
                               riscv::Observed<Record, riscv::Breakpoints<jit::Translated>>>;

}  // namespace

TEMPLATE_TEST_CASE("an observer hears what is loaded and stored, and what is refused and why", "",
                   Interpreted, Translated) {
    constexpr std::uint64_t base = FlatBus::ram_base, data = base + 0x8000, handler = base + 0x4000;
    constexpr std::uint64_t nowhere = 0x4000'0000;
    FlatBus bus{1_MiB};
    Assembler a(base), b(handler);
    const std::uint64_t first = a.here();
    a.emit(sd(6, 5, 0), lw(7, 5, 4), lbu(7, 8, 5), sb(6, 8, 0), lw(7, 5, -2), lw(7, 9, 0), sd(6, 9, 8));
    const std::uint64_t atomics = a.here();
    a.emit(amo(0, 3, 7, 5, 6), amo(2, 2, 7, 5, 0), amo(3, 2, 0, 5, 6), amo(3, 2, 7, 5, 6),
           amo(0, 2, 7, 10, 6));
    a.emit(jalr(0, 9, 0));
    b.emit(csrr(31, riscv::csr::mepc), addi(31, 31, 4), csrw(riscv::csr::mepc, 31), mret);
    place(bus, a), place(bus, b);
    TestType hart(bus, {.reset_pc = base});
    Record record;
    hart.observe(&record);
    hart.set_csr(riscv::csr::mtvec, handler);
    hart.set_x(5, data), hart.set_x(6, 0x1122'3344'9988'7766), hart.set_x(8, FlatBus::uart),
        hart.set_x(9, nowhere);
    hart.set_x(10, data + 2);
    // Thirteen instructions, three of which trap and then have four of the handler's.
    REQUIRE(hart.run(13 + 3 * 4) == RunResult{13 + 3 * 4, RunExit::budget});
    const auto made = [](std::uint64_t pc, Access access, std::uint64_t address, std::size_t width,
                         std::uint64_t value) {
        return MadeAccess{.pc = pc,
                          .access = access,
                          .address = address,
                          .width = width,
                          .physical = address,
                          .value = value};
    };
    const auto refused = [](MadeAccess access, Cause cause, bool there = true) {
        if (access.access == Access::load) access.value.reset();
        if (!there) access.physical.reset();
        access.cause = cause;
        return access;
    };
    MadeAccess misaligned = refused(made(atomics + 16, Access::store, data + 2, 4, 0),
                                    Cause::store_address_misaligned, false);
    misaligned.value.reset();
    const std::vector expected{
        made(first, Access::store, data, 8, 0x1122'3344'9988'7766),
        made(first + 4, Access::load, data + 4, 4, 0x1122'3344),
        made(first + 8, Access::load, FlatBus::uart + 5, 1, 0x60),
        made(first + 12, Access::store, FlatBus::uart, 1, 0x66),
        made(first + 16, Access::load, data - 2, 4, 0x7766'0000),
        refused(made(first + 20, Access::load, nowhere, 4, 0), Cause::load_access_fault),
        refused(made(first + 24, Access::store, nowhere + 8, 8, 0x1122'3344'9988'7766),
                Cause::store_access_fault),
        made(atomics, Access::load, data, 8, 0x1122'3344'9988'7766),
        made(atomics, Access::store, data, 8, 0x2244'6689'3310'eecc),
        made(atomics + 4, Access::load, data, 4, 0x3310'eecc),
        made(atomics + 8, Access::store, data, 4, 0x9988'7766),  // the second SC has no reservation
        misaligned};
    CHECK(record.accesses == expected);
    CHECK(record.fetches.size() == 13 + 3 * 4);

    record = {};
    hart.run(2);  // where the jump has led to, and the handler
    CHECK(record.fetches.front() == MadeAccess{.pc = nowhere,
                                               .access = Access::fetch,
                                               .address = nowhere,
                                               .width = 2,
                                               .cause = Cause::instruction_access_fault});
    CHECK(hart.csr(riscv::csr::mepc) == nowhere);
}

TEST_CASE("accesses through page tables are told by both addresses, and with page faults") {
    // Gigapages: the first gigabyte of virtual addresses is that of RAM, the second is for reading, the third is not there.
    constexpr std::uint64_t base = FlatBus::ram_base, table = base + 0x1000, gigabyte = 0x4000'0000;
    using Paged = riscv::Hart<FlatBus, riscv::Sv39, riscv::DefaultDispatch, riscv::Observed<Record>>;
    FlatBus bus{1_MiB};
    Assembler a(base), handler(base + 0x4000);
    a.emit(sd(6, 5, 0), ld(7, 8, 0), sd(6, 8, 0), ld(7, 9, 8));
    handler.emit(csrr(31, riscv::csr::mepc), addi(31, 31, 4), csrw(riscv::csr::mepc, 31), mret);
    place(bus, a), place(bus, handler);
    const std::uint64_t pte = base >> 12 << 10;
    write_memory<std::uint64_t>(bus.ram.data() + 0x1000, pte | 0xcf);
    write_memory<std::uint64_t>(bus.ram.data() + 0x1008, pte | 0xc3);
    Paged hart(bus, {.reset_pc = 0});
    Record record;
    hart.observe(&record);
    hart.set_csr(riscv::csr::mtvec, base + 0x4000);
    hart.set_csr(riscv::csr::satp, std::uint64_t{8} << 60 | table >> 12);
    hart.set_csr(0x3b0, ~std::uint64_t{0}), hart.set_csr(0x3a0, 0x1f);  // PMP lets S mode go anywhere
    hart.set_privilege(Privilege::supervisor);
    hart.set_x(5, 0x8000), hart.set_x(6, 77), hart.set_x(8, gigabyte + 0x8000), hart.set_x(9, 2 * gigabyte);
    REQUIRE(hart.run(4 + 2 * 4).executed == 4 + 2 * 4);
    const auto made = [](std::uint64_t pc, Access access, std::uint64_t address, auto physical, auto value,
                         auto cause) {
        return MadeAccess{.pc = pc,
                          .access = access,
                          .address = address,
                          .width = 8,
                          .physical = physical,
                          .value = value,
                          .cause = cause};
    };
    constexpr auto none = std::nullopt;
    CHECK(record.accesses ==
          std::vector{made(0, Access::store, 0x8000, base + 0x8000, 77u, none),
                      made(4, Access::load, gigabyte + 0x8000, base + 0x8000, 77u, none),
                      made(8, Access::store, gigabyte + 0x8000, none, 77u, Cause::store_page_fault),
                      made(12, Access::load, 2 * gigabyte + 8, none, none, Cause::load_page_fault)});
}
