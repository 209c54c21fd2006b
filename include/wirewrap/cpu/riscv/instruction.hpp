// One decoded instruction, and the fields that decoding looks at.
//
//     detail::Fields{0xffc52583}.i()                    // -4
#pragma once

#include <cstdint>

#include <wirewrap/cpu/riscv/compressed.hpp>
#include <wirewrap/cpu/riscv/operation.hpp>
#include <wirewrap/cpu/riscv/registers.hpp>

namespace wirewrap::riscv {

/// One decoded instruction. `immediate` is the sign-extended immediate, the shift amount, or all the bits of
/// a system or illegal instruction.
struct Instruction {
    Op op = Op::illegal_4;
    std::uint8_t rd = discarded_register;
    std::uint8_t rs1 = 0;
    std::uint8_t rs2 = 0;
    std::int32_t immediate = 0;
    std::uint8_t length = 4;  // bytes

    friend bool operator==(const Instruction&, const Instruction&) = default;
};

namespace detail {

/// The fields of a 32-bit instruction at their usual places.
struct Fields {
    std::uint32_t raw;

    constexpr std::uint32_t opcode() const { return raw & 0x7f; }
    constexpr std::uint32_t funct3() const { return (raw >> 12) & 7; }
    constexpr std::uint32_t funct7() const { return raw >> 25; }
    constexpr std::uint8_t rd() const { return (raw >> 7) & 31; }
    constexpr std::uint8_t rs1() const { return (raw >> 15) & 31; }
    constexpr std::uint8_t rs2() const { return (raw >> 20) & 31; }
    constexpr std::int32_t i() const { return static_cast<std::int32_t>(raw) >> 20; }
    constexpr std::int32_t s() const { return (static_cast<std::int32_t>(raw & 0xfe000000) >> 20) | rd(); }
    constexpr std::int32_t u() const { return static_cast<std::int32_t>(raw & 0xfffff000); }
    constexpr std::int32_t b() const {
        return static_cast<std::int32_t>(sign_extended(field(raw, 31, 31, 12) | field(raw, 7, 7, 11) |
                                                           field(raw, 30, 25, 5) | field(raw, 11, 8, 1),
                                                       13));
    }
    constexpr std::int32_t j() const {
        return static_cast<std::int32_t>(sign_extended(field(raw, 31, 31, 20) | field(raw, 19, 12, 12) |
                                                           field(raw, 20, 20, 11) | field(raw, 30, 21, 1),
                                                       21));
    }
};

constexpr Instruction illegal(std::uint32_t raw) {
    return {.op = Op::illegal_4, .immediate = static_cast<std::int32_t>(raw)};
}

}  // namespace detail

}  // namespace wirewrap::riscv
