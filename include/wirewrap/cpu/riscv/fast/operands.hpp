// Operands of specialised handlers. A handler that knows the number of a register finds it in a host register, where the
// cached guest registers live while the loop runs, or at a constant place in memory; one that does not know it looks
// into the slot, as every handler of the compact loop does.
//
//     Operands at{live, 10, 11, indexed};      // rd is a0, rs1 is a1, and the slot knows rs2
//
//     guest   a5 a4 a3 …                   the others
//     host    r8 r9 r11 …  ──write──┐       |
//                                  v       v
//     core.x [ x0 x1 … x10 … x13 x14 x15 … x31 ]
//
// What is written to a cached register goes to memory too. So memory is right at any time: traps, CSR instructions and
// whatever else is rare need not know of cached registers, which are loaded again afterwards.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include <wirewrap/cpu/riscv/code_page.hpp>
#include <wirewrap/cpu/riscv/dispatch_tail.hpp>
#include <wirewrap/cpu/riscv/registers.hpp>

namespace wirewrap::riscv::fast {

/// The registers that handlers are specialised for, most used first: a5 … a0, s0, s1. They are those that compressed
/// instructions can name, and compilers prefer them.
inline constexpr std::array<std::uint8_t, 8> exact_registers = {15, 14, 13, 12, 11, 10, 8, 9};

/// How many of them stay in host registers: twelve arguments of a `preserve_none` function do, six of any other, and
/// three are the core, the slot and the budget.
inline constexpr std::size_t cached_count = tail_calls_guaranteed ? 8 : 3;

/// Operand known by the slot only.
inline constexpr std::uint8_t indexed = 255;

namespace detail {
inline constexpr auto positions = [] {
    std::array<std::uint8_t, 32> result;
    result.fill(exact_registers.size());
    for (std::size_t i = 0; i != exact_registers.size(); ++i)
        result[exact_registers[i]] = static_cast<std::uint8_t>(i);
    return result;
}();
}  // namespace detail

/// The position of a register in `exact_registers`, or their number.
[[gnu::always_inline]] constexpr std::size_t exact_position(std::uint8_t reg) {
    return reg < 32 ? detail::positions[reg] : exact_registers.size();
}
[[gnu::always_inline]] constexpr bool is_cached(std::uint8_t reg) {
    return exact_position(reg) < cached_count;
}

using Cached = std::array<std::uint64_t, cached_count>;

/// The state of the loop between two instructions.
struct Live {
    const Slot* slot;
    std::int64_t budget;
    Cached cached;
};

/// The loop as one instruction sees it. The numbers of its registers, or `indexed`, are constants that the compiler
/// propagates: as template arguments they would have every handler instantiate every function that it uses.
struct Operands : Live {
    std::uint8_t rd, a, b;

    template <class C>
    [[gnu::always_inline]] std::uint64_t rs1(const C& core) const {
        return value(core, a, slot->rs1);
    }
    template <class C>
    [[gnu::always_inline]] std::uint64_t rs2(const C& core) const {
        return value(core, b, slot->rs2);
    }
    template <class C>
    [[gnu::always_inline]] void result(C& core, std::uint64_t value) {
        core.x[rd == indexed ? slot->rd : rd] = value;
        if (is_cached(rd)) cached[exact_position(rd)] = value;
    }

private:
    template <class C>
    [[gnu::always_inline]] std::uint64_t value(const C& core, std::uint8_t known,
                                               std::uint8_t by_slot) const {
        if (known == 0) return 0;
        if (is_cached(known)) return cached[exact_position(known)];
        return core.x[known == indexed ? by_slot : known];
    }
};

}  // namespace wirewrap::riscv::fast
