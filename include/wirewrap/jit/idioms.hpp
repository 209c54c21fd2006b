// A few instructions of the guest that are fewer of the host: compilers write them because the ISA has no shorter way.
//
//     slli a5, a5, 2; add a5, a5, a6; lw a5, 0(a5)        movsxd a5, [a6 + 4 · a5]
//     slli a4, a3, 32; srli a4, a4, 32                    mov a4, a3, of 32 bits
#pragma once

#include <cstdint>
#include <optional>
#include <span>

#include <wirewrap/jit/region.hpp>

namespace wirewrap::jit {

namespace detail {
/// The first `count` follow each other, and nobody comes in between.
inline bool in_a_row(std::span<const Step> steps, std::size_t count) {
    if (steps.size() < count) return false;
    for (std::size_t i = 1; i != count; ++i)
        if (steps[i].begins_block || steps[i - 1].next != steps[i].index) return false;
    return true;
}
}  // namespace detail

/// Three steps: a load from base + (index << shift) + its offset, to the register in which that was computed.
struct ScaledLoad {
    static constexpr std::size_t steps = 3;

    std::uint8_t index, base;
    std::uint8_t shift;  // 1 … 3
};
inline std::optional<ScaledLoad> scaled_load(std::span<const Step> steps) {
    if (steps.empty() || steps[0].op != Op::slli_4 || !detail::in_a_row(steps, ScaledLoad::steps)) return {};
    const riscv::Instruction &shift = steps[0].code, &add = steps[1].code, &load = steps[2].code;
    if (steps[1].op != Op::add_4 || !is_load(steps[2].op)) return {};
    const std::uint8_t t = shift.rd, base = add.rs1 == t ? add.rs2 : add.rs1;
    if (t >= 32 || add.rd != t || load.rd != t || load.rs1 != t || base == t || base == 0 || shift.rs1 == 0 ||
        (add.rs1 != t && add.rs2 != t) || shift.immediate < 1 || shift.immediate > 3)
        return {};
    return ScaledLoad{shift.rs1, base, static_cast<std::uint8_t>(shift.immediate)};
}

/// Two steps: the low word of a register, without its sign, shifted to the left by less than 32.
struct LowWord {
    static constexpr std::size_t steps = 2;

    std::uint8_t to, from;
    std::uint8_t left;
};
inline std::optional<LowWord> low_word(std::span<const Step> steps) {
    if (steps.empty() || steps[0].op != Op::slli_4 || !detail::in_a_row(steps, LowWord::steps)) return {};
    const riscv::Instruction &up = steps[0].code, &down = steps[1].code;
    if (steps[1].op != Op::srli_4 || up.rd >= 32 || down.rd != up.rd || down.rs1 != up.rd || up.rs1 == 0 ||
        up.immediate != 32 || down.immediate < 1 || down.immediate > 32)
        return {};
    return LowWord{up.rd, up.rs1, static_cast<std::uint8_t>(32 - down.immediate)};
}

}  // namespace wirewrap::jit
