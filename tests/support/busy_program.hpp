// Random programs that go on for ever, traps and all, for comparing two ways to execute them on a `FlatBus`
// of 1 MiB.
//
//     place(bus, busy_program(seed));
//     place(bus, skipping_handler());
//     riscv::Hart hart(bus, {.reset_pc = busy_start});
#pragma once

#include <cstdint>
#include <cstring>

#include <wirewrap/cpu.hpp>

#include "tests/support/flat_bus.hpp"
#include "tests/support/random_program.hpp"
#include "tests/support/rv64_assembler.hpp"

namespace wirewrap::test {

inline constexpr std::uint64_t busy_start = FlatBus::ram_base + 0xf00;

inline void place(FlatBus& bus, const rv64::Assembler& code) {
    const auto bytes = code.bytes();
    std::memcpy(bus.ram.data() + (code.base() - FlatBus::ram_base), bytes.data(), bytes.size());
}

template <class A, class B>
bool same_state(const A& a, const B& b) {
    for (std::size_t i = 0; i != 32; ++i)
        if (a.x(i) != b.x(i)) return false;
    return a.pc() == b.pc() && a.privilege() == b.privilege() && a.retired() == b.retired() &&
           a.csr(riscv::csr::mcause) == b.csr(riscv::csr::mcause) &&
           a.csr(riscv::csr::minstret) == b.csr(riscv::csr::minstret);
}

/// A program with loops, traps, calls and all sorts of instructions, that goes on for ever.
inline rv64::Assembler busy_program(std::uint64_t seed) {
    constexpr std::uint64_t base = FlatBus::ram_base;
    rv64::Assembler a(base + 0xf00);  // into a second page soon
    a.la(1, base + 0x800);
    a.emit(rv64::csrw(riscv::csr::mtvec, 1));
    const std::uint64_t top = a.here();
    RandomCode random(a, seed,
                      {.data = base + 0x1'0000,
                       .data_size = 4096,
                       .guarded = base + 0x1'1000,
                       .guarded_size = 4096,
                       .nowhere = base + 0x10'0000,
                       .resume = base + 0x1'2000});
    random.items(200);
    a.emit(rv64::jal(0, static_cast<std::int64_t>(top - a.here())));
    return a;
}

/// Skips the instruction that trapped; after a failed fetch goes where the program said.
inline rv64::Assembler skipping_handler() {
    using namespace rv64;
    constexpr std::uint64_t base = FlatBus::ram_base;
    rv64::Assembler a(base + 0x800);
    a.emit(csrr(30, riscv::csr::mcause), csrr(31, riscv::csr::mepc), addi(30, 30, -1));
    a.emit(bne(30, 0, 28));  // not a failed fetch
    a.la(31, base + 0x1'2000);
    a.emit(ld(31, 31, 0), jal(0, 36));
    a.emit(nop, nop);
    a.emit(lhu(30, 31, 0), i_type(0x13, 7, 30, 30, 3), addi(30, 30, -3), addi(31, 31, 2), bne(30, 0, 8),
           addi(31, 31, 2));
    a.emit(csrw(riscv::csr::mepc, 31), mret);
    return a;
}

}  // namespace wirewrap::test
