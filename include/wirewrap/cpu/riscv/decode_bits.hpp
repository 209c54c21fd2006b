// The meaning of the instructions of Zba, Zbb and Zbs. Included by decode.hpp.
#pragma once

#include <cstdint>

#include <wirewrap/cpu/riscv/instruction.hpp>

namespace wirewrap::riscv::detail {

constexpr Instruction bits_of_two(Fields f, Op op) {
    return {.op = op, .rd = destination(f.rd()), .rs1 = f.rs1(), .rs2 = f.rs2()};
}
constexpr Instruction bits_of_one(Fields f, Op op) {
    return {.op = op, .rd = destination(f.rd()), .rs1 = f.rs1()};
}
constexpr Instruction bits_shifted(Fields f, Op op, std::int32_t amount) {
    return {.op = op, .rd = destination(f.rd()), .rs1 = f.rs1(), .immediate = amount};
}

/// Register and immediate: opcode 0x13.
constexpr Instruction decode_bits_immediate(Fields f) {
    const std::int32_t amount = f.i() & 63;
    if (f.funct3() == 1) {
        switch (f.raw >> 20) {
        case 0x600: return bits_of_one(f, Op::clz_4);
        case 0x601: return bits_of_one(f, Op::ctz_4);
        case 0x602: return bits_of_one(f, Op::cpop_4);
        case 0x604: return bits_of_one(f, Op::sext_b_4);
        case 0x605: return bits_of_one(f, Op::sext_h_4);
        default: break;
        }
        switch (f.raw >> 26) {
        case 0x0a: return bits_shifted(f, Op::bseti_4, amount);
        case 0x12: return bits_shifted(f, Op::bclri_4, amount);
        case 0x1a: return bits_shifted(f, Op::binvi_4, amount);
        default: return illegal(f.raw);
        }
    }
    if (f.funct3() != 5) return illegal(f.raw);
    if (f.raw >> 20 == 0x287) return bits_of_one(f, Op::orc_b_4);
    if (f.raw >> 20 == 0x6b8) return bits_of_one(f, Op::rev8_4);
    if (f.raw >> 26 == 0x12) return bits_shifted(f, Op::bexti_4, amount);
    if (f.raw >> 26 == 0x18) return bits_shifted(f, Op::rori_4, amount);
    return illegal(f.raw);
}

/// The same of words: opcode 0x1b.
constexpr Instruction decode_bits_immediate32(Fields f) {
    if (f.funct3() == 1) {
        if (f.raw >> 20 == 0x600) return bits_of_one(f, Op::clzw_4);
        if (f.raw >> 20 == 0x601) return bits_of_one(f, Op::ctzw_4);
        if (f.raw >> 20 == 0x602) return bits_of_one(f, Op::cpopw_4);
        if (f.raw >> 26 == 0x02) return bits_shifted(f, Op::slli_uw_4, f.i() & 63);
    }
    if (f.funct3() == 5 && f.funct7() == 0x30) return bits_shifted(f, Op::roriw_4, f.rs2());
    return illegal(f.raw);
}

/// Two registers: opcode 0x33.
constexpr Instruction decode_bits_operation(Fields f) {
    switch (f.funct7() << 3 | f.funct3()) {
    case 0x10 << 3 | 2: return bits_of_two(f, Op::sh1add_4);
    case 0x10 << 3 | 4: return bits_of_two(f, Op::sh2add_4);
    case 0x10 << 3 | 6: return bits_of_two(f, Op::sh3add_4);
    case 0x20 << 3 | 4: return bits_of_two(f, Op::xnor_4);
    case 0x20 << 3 | 6: return bits_of_two(f, Op::orn_4);
    case 0x20 << 3 | 7: return bits_of_two(f, Op::andn_4);
    case 0x05 << 3 | 4: return bits_of_two(f, Op::min_4);
    case 0x05 << 3 | 5: return bits_of_two(f, Op::minu_4);
    case 0x05 << 3 | 6: return bits_of_two(f, Op::max_4);
    case 0x05 << 3 | 7: return bits_of_two(f, Op::maxu_4);
    case 0x30 << 3 | 1: return bits_of_two(f, Op::rol_4);
    case 0x30 << 3 | 5: return bits_of_two(f, Op::ror_4);
    case 0x14 << 3 | 1: return bits_of_two(f, Op::bset_4);
    case 0x24 << 3 | 1: return bits_of_two(f, Op::bclr_4);
    case 0x24 << 3 | 5: return bits_of_two(f, Op::bext_4);
    case 0x34 << 3 | 1: return bits_of_two(f, Op::binv_4);
    default: return illegal(f.raw);
    }
}

/// The same of words: opcode 0x3b.
constexpr Instruction decode_bits_operation32(Fields f) {
    switch (f.funct7() << 3 | f.funct3()) {
    case 0x04 << 3 | 0: return bits_of_two(f, Op::add_uw_4);
    case 0x04 << 3 | 4: return f.rs2() == 0 ? bits_of_one(f, Op::zext_h_4) : illegal(f.raw);
    case 0x10 << 3 | 2: return bits_of_two(f, Op::sh1add_uw_4);
    case 0x10 << 3 | 4: return bits_of_two(f, Op::sh2add_uw_4);
    case 0x10 << 3 | 6: return bits_of_two(f, Op::sh3add_uw_4);
    case 0x30 << 3 | 1: return bits_of_two(f, Op::rolw_4);
    case 0x30 << 3 | 5: return bits_of_two(f, Op::rorw_4);
    default: return illegal(f.raw);
    }
}

constexpr Instruction decode_bits(Fields f) {
    switch (f.opcode()) {
    case 0x13: return decode_bits_immediate(f);
    case 0x1b: return decode_bits_immediate32(f);
    case 0x33: return decode_bits_operation(f);
    default: return decode_bits_operation32(f);
    }
}

}  // namespace wirewrap::riscv::detail
