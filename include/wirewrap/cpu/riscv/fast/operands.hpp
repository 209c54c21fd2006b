// Operands of specialised handlers. A handler that knows the number of a register finds it in a host register, where the
// cached guest registers live while the loop runs; for one that does not know it the slot tells where in memory it is, as
// for every handler of the compact loop.
//
//     Operands at{live, 10, 11, indexed};      // rd is a0, rs1 is a1, and the slot knows rs2
//
//     guest   a5 a4 a3 …                            the others
//     host    r15 r8 r9 …  ──write──┐                   |
//                                   v                   v
//     core.x [ x0 x1 … x10 x11 x12 x13 x14 x15 … x31 ]
//
// What is written to a cached register goes to memory too. So memory is right at any time: traps, CSR instructions and
// whatever else is rare need not know of cached registers, which are loaded again afterwards.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>

#include <wirewrap/cpu/riscv/code_page.hpp>
#include <wirewrap/cpu/riscv/dispatch_tail.hpp>
#include <wirewrap/cpu/riscv/registers.hpp>

namespace wirewrap::riscv::fast {

/// The guest registers that stay in host registers, most used first: those with which compilers compute. Twelve arguments
/// of a `preserve_none` function are passed in registers, six of any other; three are the core, the slot and the budget,
/// and handlers need some to work with.
inline constexpr auto cached_registers = [] {
    constexpr std::array<std::uint8_t, 6> all{15, 14, 13, 12, 11, 10};  // a5 … a0
    std::array<std::uint8_t, tail_calls_guaranteed ? 6 : 3> result;
    std::copy_n(all.begin(), result.size(), result.begin());
    return result;
}();

/// Operand known by the slot only: it is not cached, or only read.
inline constexpr std::uint8_t indexed = 255;

namespace detail {
inline constexpr auto positions = [] {
    std::array<std::uint8_t, 33> result;
    result.fill(cached_registers.size());
    for (std::size_t i = 0; i != cached_registers.size(); ++i)
        result[cached_registers[i]] = static_cast<std::uint8_t>(i);
    return result;
}();
}  // namespace detail

/// The position of a register in `cached_registers`, or their number.
[[gnu::always_inline]] constexpr std::size_t cached_position(std::uint8_t reg) {
    return reg < detail::positions.size() ? detail::positions[reg] : cached_registers.size();
}
[[gnu::always_inline]] constexpr bool is_cached(std::uint8_t reg) {
    return cached_position(reg) < cached_registers.size();
}

using Cached = std::array<std::uint64_t, cached_registers.size()>;

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
        if (is_cached(rd)) cached[cached_position(rd)] = value;
    }

private:
    template <class C>
    [[gnu::always_inline]] std::uint64_t value(const C& core, std::uint8_t known,
                                               std::uint8_t by_slot) const {
        if (known == 0) return 0;
        if (is_cached(known)) return cached[cached_position(known)];
        return core.x[known == indexed ? by_slot : known];
    }
};

}  // namespace wirewrap::riscv::fast
