// Code in flash: a hart executes it while it reads as memory, and what took its place after it was erased and programmed.
#include <catch2/catch.hpp>

#include <algorithm>
#include <array>
#include <cstdint>
#include <initializer_list>
#include <span>

#include <wirewrap/board.hpp>
#include <wirewrap/cpu/riscv/hart.hpp>
#include <wirewrap/device/cfi_flash.hpp>
#include <wirewrap/emulator/emulator.hpp>
#include <wirewrap/hostmem/anonymous.hpp>
#include <wirewrap/jit.hpp>
#include <wirewrap/machine/machine.hpp>

#include "tests/support/rv64_assembler.hpp"

using namespace wirewrap;
using namespace wirewrap::literals;
using namespace wirewrap::test::rv64;
namespace csr = riscv::csr;

namespace {

constexpr std::uint64_t ram_base = 0x8000'0000, handler = ram_base + 0x800, table = ram_base + 0x1000,
                        flash = 0x2000'0000;
constexpr Reg ra = 1, t0 = 5, t1 = 6, t2 = 7, s0 = 8, s1 = 9, a0 = 10, a1 = 11;
// To both chips of the bank at once.
constexpr std::uint32_t program_word = 0x0040'0040, erase = 0x0020'0020, confirm = 0x00d0'00d0,
                        show_status = 0x0070'0070, show_contents = 0x00ff'00ff;

struct Flashed {
    static constexpr auto name = "flashed";
    static constexpr auto ram = main_ram("flashed.ram", 64_KiB).placed(at(ram_base));
    static constexpr auto map = memory_map(device<"flash", CfiFlash<512_KiB>>(at(flash), 512_KiB));
};
using FlashedMachine = Machine<Flashed, hostmem::Anonymous>;

template <class Bus>
using Translated = riscv::Hart<Bus, riscv::Bare, riscv::DefaultDispatch, jit::Translated>;
using Compactly = Emulator<FlashedMachine, riscv::DefaultHart, VirtualClock>;
using Translating = Emulator<FlashedMachine, Translated, VirtualClock>;

constexpr std::uint64_t rounds = 20'000;  // of the loop; enough to be translated

/// Adds `step` to a0 in each round of its loop, and returns.
constexpr std::array<std::uint32_t, 6> adds(std::int64_t step) {
    return {u_type(0x37, t1, 0x5000), addi(t1, t1, rounds - 0x5000),
            addi(a0, a0, step),       addi(t1, t1, -1),
            bne(t1, 0, -8),           jalr(0, ra, 0)};
}

void put(FlashedMachine& machine, std::uint64_t where, std::span<const std::uint32_t> words) {
    REQUIRE(machine.debug_write(at(where), std::as_bytes(words)));
}
void put(FlashedMachine& machine, const Assembler& code) {
    REQUIRE(machine.debug_write(at(code.base()), std::as_bytes(code.bytes())));
}
void command(FlashedMachine& machine, std::uint64_t where, std::initializer_list<std::uint32_t> cycles) {
    for (const std::uint32_t cycle : cycles) REQUIRE(machine.store<std::uint32_t>(at(where), cycle));
}

void call_flash(Assembler& a) {
    a.li(s0, flash);
    a.emit(jalr(ra, s0, 0));
}
/// Ends in a sleep that nothing ends.
void finish(Assembler& a) { a.emit(wfi, jal(0, -4)); }

template <class E>
bool finishes(E& emulator) {
    NoConsole console;
    emulator.hart(0).set_pc(ram_base);
    return emulator.run(console, 200'000).reason == StopReason::idle;
}
template <class E>
void was_translated(E& emulator) {
    if constexpr (requires { emulator.hart(0).regions().objection(); })
        CHECK((emulator.hart(0).regions().objection() || emulator.hart(0).regions().regions() != 0));
}

}  // namespace

TEMPLATE_TEST_CASE("A guest erases the flash that it ran from, programs other code there, and runs that", "",
                   Compactly, Translating) {
    auto machine = FlashedMachine::create().value();
    const auto before = adds(1), after = adds(3);
    put(machine, flash, before);
    put(machine, table, after);

    Assembler a(ram_base);
    call_flash(a);
    a.emit(addi(a1, a0, 0));
    for (const std::uint32_t cycle : {erase, confirm}) {
        a.li(t0, cycle);
        a.emit(sw(t0, s0, 0));
    }
    a.li(s1, table);
    a.li(t2, table + 4 * after.size());
    a.li(t0, program_word);
    const std::uint64_t loop = a.here();
    a.emit(lw(t1, s1, 0), sw(t0, s0, 0), sw(t1, s0, 0), addi(s0, s0, 4), addi(s1, s1, 4));
    a.emit(bne(s1, t2, static_cast<std::int64_t>(loop - a.here())));
    a.li(t0, show_contents);
    a.emit(sw(t0, s0, 0), fence_i);
    call_flash(a);
    finish(a);
    put(machine, a);

    TestType emulator(machine);
    REQUIRE(finishes(emulator));
    CHECK(emulator.hart(0).x(a1) == rounds);
    CHECK(emulator.hart(0).x(a0) == rounds + 3 * rounds);
    CHECK(std::ranges::equal(machine.memory_view(at(flash), Bytes{4 * after.size()}),
                             std::as_bytes(std::span(after))));
    was_translated(emulator);
}

TEMPLATE_TEST_CASE("What the host erases and programs is executed from then on", "", Compactly, Translating) {
    auto machine = FlashedMachine::create().value();
    put(machine, flash, adds(1));
    Assembler a(ram_base);
    a.emit(fence_i);
    call_flash(a);
    finish(a);
    put(machine, a);
    put(machine, handler, std::array{jal(0, 0)});

    TestType emulator(machine);
    auto& hart = emulator.hart(0);
    hart.set_csr(csr::mtvec, handler);
    REQUIRE(finishes(emulator));
    CHECK(hart.x(a0) == rounds);

    command(machine, flash, {erase, confirm, show_contents});
    CHECK_FALSE(finishes(emulator));  // all ones are no instruction
    CHECK(hart.csr(csr::mcause) == 2);
    CHECK(hart.csr(csr::mepc) == flash);

    std::uint64_t where = flash;
    for (const std::uint32_t word : adds(5)) {
        command(machine, where, {program_word, word});
        where += 4;
    }
    command(machine, flash, {show_contents});
    hart.set_x(a0, 0);
    REQUIRE(finishes(emulator));
    CHECK(hart.x(a0) == 5 * rounds);
    was_translated(emulator);
}

TEMPLATE_TEST_CASE("Flash that answers a command is not executed: a fetch from it is an access fault", "",
                   Compactly, Translating) {
    auto machine = FlashedMachine::create().value();
    // The handler notes how often it was entered, shows the contents again, and goes back.
    Assembler trap(handler);
    trap.li(t0, show_contents);
    trap.emit(addi(a1, a1, 1), sw(t0, s0, 0), mret);
    put(machine, trap);

    TestType emulator(machine);
    auto& hart = emulator.hart(0);
    hart.set_csr(csr::mtvec, handler);
    std::uint64_t faulting = 0;
    SECTION("when code elsewhere jumps to it") {
        put(machine, flash, adds(1));
        Assembler a(ram_base);
        call_flash(a);  // so that it is decoded
        a.li(t0, show_status);
        a.emit(sw(t0, s0, 0));
        call_flash(a);
        finish(a);
        put(machine, a);
        faulting = flash;
    }
    SECTION("when the code that gives the command lies there") {
        Assembler there(flash);
        there.li(t2, show_status);
        there.li(t1, rounds);
        const std::uint64_t loop = there.here();
        there.emit(addi(a0, a0, 2), addi(t1, t1, -1));
        there.emit(bne(t1, 0, static_cast<std::int64_t>(loop - there.here())));
        there.emit(sw(t2, s0, 0));
        faulting = there.here();
        there.emit(jalr(0, ra, 0));
        put(machine, there);
        Assembler a(ram_base);
        call_flash(a);
        finish(a);
        put(machine, a);
    }
    REQUIRE(finishes(emulator));
    CHECK(hart.x(a1) == 1);
    CHECK(hart.csr(csr::mcause) == 1);
    CHECK(hart.csr(csr::mepc) == faulting);
    CHECK(hart.csr(csr::mtval) == faulting);
    CHECK(hart.x(a0) == 2 * rounds);
    was_translated(emulator);
}
