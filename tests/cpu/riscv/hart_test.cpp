// Running: budgets, counts, stops, and where code comes from.
#include <catch2/catch.hpp>

#include <thread>

#include <wirewrap/cpu.hpp>

#include "tests/support/busy_program.hpp"
#include "tests/support/flat_bus.hpp"
#include "tests/support/harts.hpp"
#include "tests/support/rv64_assembler.hpp"

using namespace wirewrap;
using namespace wirewrap::literals;
using namespace wirewrap::test;
using riscv::RunExit;
using riscv::RunResult;

namespace {

constexpr std::uint64_t base = FlatBus::ram_base;

}  // namespace

TEMPLATE_TEST_CASE("a budget stops anywhere, exactly, and running on makes no difference", "", Compact,
                   Fast) {
    const std::uint64_t seed = GENERATE(1, 2, 3);
    const auto prepare = [&](FlatBus& bus) {
        place(bus, busy_program(seed));
        place(bus, skipping_handler());
    };
    constexpr std::uint64_t limit = 20'000;
    FlatBus whole_bus(1_MiB), single_bus(1_MiB), parts_bus(1_MiB);
    prepare(whole_bus), prepare(single_bus), prepare(parts_bus);
    TestType whole(whole_bus, {.reset_pc = base + 0xf00}), single(single_bus, {.reset_pc = base + 0xf00}),
        parts(parts_bus, {.reset_pc = base + 0xf00, .code_pages = 4});
    CHECK(whole.run(limit) == RunResult{limit, RunExit::budget});
    CHECK(whole.retired() < limit);  // some trapped
    CHECK(whole.retired() > limit / 2);
    for (std::uint64_t i = 0; i != limit; ++i) REQUIRE(single.run(1) == RunResult{1, RunExit::budget});
    std::mt19937_64 random(seed);
    for (std::uint64_t done = 0; done != limit;) {
        const std::uint64_t part = std::min<std::uint64_t>(random() % 300, limit - done);
        REQUIRE(parts.run(part) == RunResult{part, RunExit::budget});
        done += part;
    }
    CHECK(same_state(whole, single));
    CHECK(same_state(whole, parts));
    CHECK(whole_bus.ram == single_bus.ram);
    CHECK(whole_bus.ram == parts_bus.ram);
}

TEMPLATE_TEST_CASE("nothing runs without a budget", "", Compact, Fast) {
    FlatBus bus(64_KiB);
    bus.write_program({rv64::nop});
    TestType hart(bus, {.reset_pc = base});
    CHECK(hart.run(0) == RunResult{0, RunExit::budget});
    CHECK(hart.pc() == base);
}

TEMPLATE_TEST_CASE("retired instructions are counted, trapped ones are not", "", Compact, Fast) {
    FlatBus bus(64_KiB);
    //                 0          4          8             c: endless
    bus.write_program({rv64::nop, rv64::nop, rv64::ecall, rv64::jal(0, 0)});
    TestType hart(bus, {.reset_pc = base});
    hart.set_csr(riscv::csr::mtvec, base + 12);
    CHECK(hart.run(3) == RunResult{3, RunExit::budget});
    CHECK(hart.retired() == 2);
    CHECK(hart.pc() == base + 12);
    CHECK(hart.run(10) == RunResult{10, RunExit::budget});
    CHECK(hart.csr(riscv::csr::minstret) == 12u);
    CHECK(hart.csr(riscv::csr::mcycle) == 12u);
}

TEMPLATE_TEST_CASE("a loop of traps ends with its budget", "", Compact, Fast) {
    FlatBus bus(64_KiB);
    TestType hart(bus,
                  {.reset_pc = base + 0x10'0000});  // nothing there, and mtvec is 0, where nothing is either
    CHECK(hart.run(1000) == RunResult{1000, RunExit::budget});
    CHECK(hart.retired() == 0);
    CHECK(hart.csr(riscv::csr::mcause) == 1u);
    CHECK(hart.csr(riscv::csr::mtval) == 0u);
}

TEMPLATE_TEST_CASE("counters are read and written inside a run as between runs", "", Compact, Fast) {
    FlatBus bus(64_KiB);
    bus.write_program({rv64::nop, rv64::csrr(10, riscv::csr::minstret), rv64::nop, rv64::addi(5, 0, 100),
                       rv64::csrw(riscv::csr::minstret, 5), rv64::csrr(11, riscv::csr::minstret),
                       rv64::jal(0, 0)});
    TestType hart(bus, {.reset_pc = base});
    hart.run(6);
    CHECK(hart.x(10) == 1);    // the nop before it
    CHECK(hart.x(11) == 100);  // what was written
    CHECK(hart.csr(riscv::csr::minstret) == 101u);
    CHECK(hart.csr(riscv::csr::mcycle) == 6u);
    hart.set_csr(riscv::csr::minstret, 7);
    CHECK(hart.csr(riscv::csr::minstret) == 7u);
}

TEMPLATE_TEST_CASE("a request to stop is honoured once", "", Compact, Fast) {
    FlatBus bus(64_KiB);
    bus.write_program({rv64::jal(0, 0)});
    TestType hart(bus, {.reset_pc = base});
    hart.request_stop();
    CHECK(hart.run(100) == RunResult{0, RunExit::stopped});
    CHECK(hart.run(100) == RunResult{100, RunExit::budget});
    std::jthread other([&] { hart.request_stop(); });
    const RunResult result = hart.run(~std::uint64_t{0});
    CHECK(result.reason == RunExit::stopped);
    CHECK(result.executed % TestType::quantum == 0);
}

TEMPLATE_TEST_CASE("reset returns to the state after construction", "", Compact, Fast) {
    FlatBus bus(64_KiB);
    bus.write_program({rv64::addi(1, 0, 5), rv64::jal(0, 0)});
    TestType hart(bus, {.hart_id = 3, .reset_pc = base});
    hart.run(10);
    hart.set_privilege(riscv::Privilege::user);
    hart.reset();
    CHECK(hart.x(1) == 0);
    CHECK(hart.pc() == base);
    CHECK(hart.retired() == 0);
    CHECK(hart.privilege() == riscv::Privilege::machine);
    CHECK(hart.csr(riscv::csr::mhartid) == 3u);
}

TEMPLATE_TEST_CASE("registers can be set, x0 cannot", "", Compact, Fast) {
    FlatBus bus(64_KiB);
    TestType hart(bus);
    hart.set_x(0, 7);
    hart.set_x(31, 9);
    CHECK(hart.x(0) == 0);
    CHECK(hart.x(31) == 9);
    CHECK_FALSE(hart.csr(0x7c0).has_value());
    CHECK_FALSE(hart.set_csr(0x7c0, 1));
    CHECK(hart.set_csr(riscv::csr::mscratch, 1));
    CHECK(hart.csr(riscv::csr::mscratch) == 1u);
}

TEMPLATE_TEST_CASE("long straight code is counted exactly", "", Compact, Fast) {
    FlatBus bus(64_KiB);
    rv64::Assembler a(base + 0x10);
    for (int i = 0; i != 5000; ++i) a.emit_compressed(0x0505);  // c.addi a0, 1: three pages of it
    a.emit(rv64::jal(0, 0));
    place(bus, a);
    const std::uint64_t step = GENERATE(1, 100, 255, 256, 257, 4999);
    TestType hart(bus, {.reset_pc = base + 0x10});
    for (std::uint64_t done = 0; done < 5000; done += step) {
        hart.run(std::min<std::uint64_t>(step, 5000 - done));
        REQUIRE(hart.x(10) == std::min<std::uint64_t>(done + step, 5000));
    }
    CHECK(hart.pc() == base + 0x10 + 10'000);
}

TEMPLATE_TEST_CASE("an instruction may straddle two pages, in RAM or out of it", "", Compact, Fast) {
    FlatBus bus(16_KiB);
    SECTION("both halves there") {
        rv64::Assembler a(base + 0xffa);
        a.emit(rv64::addi(10, 0, 1), rv64::addi(10, 10, 41), rv64::jal(0, 0));
        place(bus, a);
        TestType hart(bus, {.reset_pc = base + 0xffa});
        hart.run(2);
        CHECK(hart.x(10) == 42);
        CHECK(hart.pc() == base + 0x1002);
        hart.set_pc(base + 0xffe);
        hart.run(100);
        CHECK(hart.x(10) == 83);
        CHECK(hart.retired() == 102);
    }
    SECTION("a branch that straddles") {
        rv64::Assembler a(base + 0xffe);
        a.emit(rv64::bne(10, 11, -14));
        place(bus, a);
        TestType hart(bus, {.reset_pc = base + 0xffe});
        hart.set_x(10, 1);
        hart.run(1);
        CHECK(hart.pc() == base + 0xff0);
    }
    SECTION("the second half is outside RAM") {
        rv64::Assembler a(base + 0x3ffa);
        a.emit(rv64::addi(10, 0, 1));
        a.emit_compressed(0x0513);  // half an addi
        place(bus, a);
        TestType hart(bus, {.reset_pc = base + 0x3ffa});
        hart.set_csr(riscv::csr::mtvec, base);
        CHECK(hart.run(2) == RunResult{2, RunExit::budget});
        CHECK(hart.retired() == 1);
        CHECK(hart.csr(riscv::csr::mcause) == 1u);
        CHECK(hart.csr(riscv::csr::mepc) == base + 0x3ffe);
        CHECK(hart.csr(riscv::csr::mtval) == base + 0x4000);
    }
}

TEMPLATE_TEST_CASE("code runs from ROM, not from devices", "", Compact, Fast) {
    FlatBus bus(16_KiB, 6_KiB);
    rv64::Assembler a(FlatBus::rom_base);
    a.emit(rv64::addi(10, 0, 7), rv64::jal(0, 0));
    std::memcpy(bus.rom.data(), a.bytes().data(), a.bytes().size());
    TestType hart(bus, {.reset_pc = FlatBus::rom_base});
    hart.run(5);
    CHECK(hart.x(10) == 7);
    CHECK(hart.pc() == FlatBus::rom_base + 4);

    // The last instruction of a ROM that ends in the middle of a page.
    const std::uint32_t last = rv64::addi(11, 0, 9);
    std::memcpy(bus.rom.data() + 6 * 1024 - 4, &last, 4);
    hart.set_csr(riscv::csr::mtvec, FlatBus::rom_base + 4);
    hart.set_pc(FlatBus::rom_base + 6 * 1024 - 4);
    hart.run(2);
    CHECK(hart.x(11) == 9);
    CHECK(hart.csr(riscv::csr::mepc) == FlatBus::rom_base + 6 * 1024);
    CHECK(hart.csr(riscv::csr::mcause) == 1u);

    hart.set_pc(FlatBus::uart);
    hart.run(1);
    CHECK(hart.csr(riscv::csr::mepc) == FlatBus::uart);
    CHECK(hart.csr(riscv::csr::mtval) == FlatBus::uart);
}

TEMPLATE_TEST_CASE("more code than the cache holds runs as well", "", Compact, Fast) {
    FlatBus bus(1_MiB);
    // A ring of jumps through 64 pages; a0 counts.
    for (std::uint64_t page = 0; page != 64; ++page) {
        rv64::Assembler a(base + page * 4096 + 16 * page);
        a.emit(rv64::addi(10, 10, 1));
        const std::uint64_t next = (page + 1) % 64;
        a.emit(rv64::jal(0, static_cast<std::int64_t>(base + next * 4096 + 16 * next - a.here())));
        place(bus, a);
    }
    TestType hart(bus, {.reset_pc = base, .code_pages = 4});
    hart.run(2 * 64 * 10);
    CHECK(hart.x(10) == 640);
    CHECK(hart.pc() == base);
}

TEMPLATE_TEST_CASE("changed code is seen after FENCE.I and by forget_code", "", Compact, Fast) {
    FlatBus bus(64_KiB);
    const auto set = [&](std::uint64_t address, std::uint32_t raw) {
        std::memcpy(bus.ram.data() + (address - base), &raw, 4);
    };
    SECTION("FENCE.I") {
        // The guest overwrites the instruction at +20 and executes it before and after the fence.
        rv64::Assembler a(base);
        a.li(5, rv64::addi(10, 10, 100));  // lui, addi
        a.emit(rv64::jal(1, 16));          // to +24
        a.emit(rv64::u_type(0x17, 6, 0), rv64::sw(5, 6, 12), rv64::fence_i);
        CHECK(a.here() == base + 24);
        a.emit(rv64::addi(10, 10, 1), rv64::jalr(0, 1, 0));
        place(bus, a);
        TestType hart(bus, {.reset_pc = base});
        hart.run(5);
        CHECK(hart.x(10) == 1);
        hart.run(4);
        CHECK(hart.x(10) == 101);
    }
    SECTION("forget_code") {
        bus.write_program({rv64::addi(10, 0, 1), rv64::jal(0, -4)});
        TestType hart(bus, {.reset_pc = base});
        hart.run(2);
        set(base, rv64::addi(10, 0, 2));
        hart.forget_code();
        hart.run(2);
        CHECK(hart.x(10) == 2);
    }
    SECTION("a fence without a change costs no decoding and changes nothing") {
        bus.write_program({rv64::fence_i, rv64::addi(10, 10, 1), rv64::jal(0, -8)});
        TestType hart(bus, {.reset_pc = base});
        hart.run(300);
        CHECK(hart.x(10) == 100);
    }
}
