// The C extension: each 16-bit instruction of RV64C stands for one 32-bit instruction, and `expand` finds it.
//
//     static_assert(expand(0x4501) == 0x00000513);    // c.li a0, 0  is  addi a0, zero, 0
//     static_assert(expand(0x0000) == 0);             // illegal, as the 32-bit 0 is
#pragma once

#include <cstdint>

#include <wirewrap/base/language.hpp>

namespace wirewrap::riscv {

namespace detail {

/// Bits [high:low] of the instruction, shifted up to `at`: the spelling of the immediates' tables in the
/// manual.
constexpr std::uint32_t field(std::uint32_t raw, unsigned high, unsigned low, unsigned at) {
    return ((raw >> low) & ((2u << (high - low)) - 1)) << at;
}

constexpr std::uint32_t sign_extended(std::uint32_t value, unsigned bits) {
    const std::uint32_t sign = 1u << (bits - 1);
    return (value ^ sign) - sign;
}

constexpr std::uint32_t encode_i(std::uint32_t opcode, std::uint32_t funct3, std::uint32_t rd,
                                 std::uint32_t rs1, std::uint32_t imm) {
    return opcode | rd << 7 | funct3 << 12 | rs1 << 15 | imm << 20;
}

constexpr std::uint32_t encode_s(std::uint32_t opcode, std::uint32_t funct3, std::uint32_t rs1,
                                 std::uint32_t rs2, std::uint32_t imm) {
    return opcode | field(imm, 4, 0, 7) | funct3 << 12 | rs1 << 15 | rs2 << 20 | field(imm, 11, 5, 25);
}

constexpr std::uint32_t encode_r(std::uint32_t opcode, std::uint32_t funct3, std::uint32_t funct7,
                                 std::uint32_t rd, std::uint32_t rs1, std::uint32_t rs2) {
    return opcode | rd << 7 | funct3 << 12 | rs1 << 15 | rs2 << 20 | funct7 << 25;
}

constexpr std::uint32_t encode_b(std::uint32_t funct3, std::uint32_t rs1, std::uint32_t rs2,
                                 std::uint32_t imm) {
    return 0x63 | field(imm, 11, 11, 7) | field(imm, 4, 1, 8) | funct3 << 12 | rs1 << 15 | rs2 << 20 |
           field(imm, 10, 5, 25) | field(imm, 12, 12, 31);
}

constexpr std::uint32_t encode_j(std::uint32_t rd, std::uint32_t imm) {
    return 0x6f | rd << 7 | field(imm, 19, 12, 12) | field(imm, 11, 11, 20) | field(imm, 10, 1, 21) |
           field(imm, 20, 20, 31);
}

enum : std::uint32_t {
    opcode_load = 0x03,
    opcode_load_fp = 0x07,
    opcode_imm = 0x13,
    opcode_imm32 = 0x1b,
    opcode_store = 0x23,
    opcode_store_fp = 0x27,
    opcode_op = 0x33,
    opcode_lui = 0x37,
    opcode_op32 = 0x3b,
    opcode_jalr = 0x67
};

/// Quadrant 0: loads and stores of the popular registers, and c.addi4spn.
constexpr std::uint32_t expand_quadrant0(std::uint32_t raw) {
    const std::uint32_t low = 8 + field(raw, 4, 2, 0), high = 8 + field(raw, 9, 7, 0);
    const std::uint32_t word = field(raw, 12, 10, 3) | field(raw, 6, 6, 2) | field(raw, 5, 5, 6);
    const std::uint32_t doubleword = field(raw, 12, 10, 3) | field(raw, 6, 5, 6);
    switch (raw >> 13) {
    case 0: {
        const std::uint32_t imm = field(raw, 12, 11, 4) | field(raw, 10, 7, 6) | field(raw, 6, 6, 2) |
                                  field(raw, 5, 5, 3);
        return imm == 0 ? 0 : encode_i(opcode_imm, 0, low, 2, imm);  // c.addi4spn
    }
    case 1: return encode_i(opcode_load_fp, 3, low, high, doubleword);   // c.fld
    case 2: return encode_i(opcode_load, 2, low, high, word);            // c.lw
    case 3: return encode_i(opcode_load, 3, low, high, doubleword);      // c.ld
    case 5: return encode_s(opcode_store_fp, 3, high, low, doubleword);  // c.fsd
    case 6: return encode_s(opcode_store, 2, high, low, word);           // c.sw
    case 7: return encode_s(opcode_store, 3, high, low, doubleword);     // c.sd
    default: return 0;                                                   // reserved
    }
}

/// The register-register block of quadrant 1 (funct3 = 4).
constexpr std::uint32_t expand_arithmetic(std::uint32_t raw) {
    const std::uint32_t rd = 8 + field(raw, 9, 7, 0), rs2 = 8 + field(raw, 4, 2, 0);
    const std::uint32_t imm = field(raw, 12, 12, 5) | field(raw, 6, 2, 0);
    switch (field(raw, 11, 10, 0)) {
    case 0: return encode_i(opcode_imm, 5, rd, rd, imm);                    // c.srli
    case 1: return encode_i(opcode_imm, 5, rd, rd, imm | 0x400);            // c.srai
    case 2: return encode_i(opcode_imm, 7, rd, rd, sign_extended(imm, 6));  // c.andi
    default: break;
    }
    switch (field(raw, 12, 12, 2) | field(raw, 6, 5, 0)) {
    case 0: return encode_r(opcode_op, 0, 0x20, rd, rd, rs2);    // c.sub
    case 1: return encode_r(opcode_op, 4, 0, rd, rd, rs2);       // c.xor
    case 2: return encode_r(opcode_op, 6, 0, rd, rd, rs2);       // c.or
    case 3: return encode_r(opcode_op, 7, 0, rd, rd, rs2);       // c.and
    case 4: return encode_r(opcode_op32, 0, 0x20, rd, rd, rs2);  // c.subw
    case 5: return encode_r(opcode_op32, 0, 0, rd, rd, rs2);     // c.addw
    default: return 0;
    }
}

/// Quadrant 1: immediates, jumps and branches.
constexpr std::uint32_t expand_quadrant1(std::uint32_t raw) {
    const std::uint32_t rd = field(raw, 11, 7, 0);
    const std::uint32_t imm = sign_extended(field(raw, 12, 12, 5) | field(raw, 6, 2, 0), 6);
    switch (raw >> 13) {
    case 0: return encode_i(opcode_imm, 0, rd, rd, imm);                  // c.addi, c.nop
    case 1: return rd == 0 ? 0 : encode_i(opcode_imm32, 0, rd, rd, imm);  // c.addiw
    case 2: return encode_i(opcode_imm, 0, rd, 0, imm);                   // c.li
    case 3:
        if (imm == 0) return 0;
        if (rd == 2)  // c.addi16sp
            return encode_i(opcode_imm, 0, 2, 2,
                            sign_extended(field(raw, 12, 12, 9) | field(raw, 6, 6, 4) | field(raw, 5, 5, 6) |
                                              field(raw, 4, 3, 7) | field(raw, 2, 2, 5),
                                          10));
        return opcode_lui | rd << 7 | imm << 12;  // c.lui
    case 4: return expand_arithmetic(raw);
    case 5:  // c.j
        return encode_j(0,
                        sign_extended(field(raw, 12, 12, 11) | field(raw, 11, 11, 4) | field(raw, 10, 9, 8) |
                                          field(raw, 8, 8, 10) | field(raw, 7, 7, 6) | field(raw, 6, 6, 7) |
                                          field(raw, 5, 3, 1) | field(raw, 2, 2, 5),
                                      12));
    default:  // c.beqz, c.bnez
        return encode_b((raw >> 13) & 1, 8 + field(raw, 9, 7, 0), 0,
                        sign_extended(field(raw, 12, 12, 8) | field(raw, 11, 10, 3) | field(raw, 6, 5, 6) |
                                          field(raw, 4, 3, 1) | field(raw, 2, 2, 5),
                                      9));
    }
}

/// Quadrant 2: stack-pointer loads and stores, moves, register jumps.
constexpr std::uint32_t expand_quadrant2(std::uint32_t raw) {
    const std::uint32_t rd = field(raw, 11, 7, 0), rs2 = field(raw, 6, 2, 0);
    switch (raw >> 13) {
    case 0: return encode_i(opcode_imm, 1, rd, rd, field(raw, 12, 12, 5) | rs2);  // c.slli
    case 1:                                                                       // c.fldsp
        return encode_i(opcode_load_fp, 3, rd, 2,
                        field(raw, 12, 12, 5) | field(raw, 6, 5, 3) | field(raw, 4, 2, 6));
    case 2:  // c.lwsp
        return rd == 0 ? 0
                       : encode_i(opcode_load, 2, rd, 2,
                                  field(raw, 12, 12, 5) | field(raw, 6, 4, 2) | field(raw, 3, 2, 6));
    case 3:  // c.ldsp
        return rd == 0 ? 0
                       : encode_i(opcode_load, 3, rd, 2,
                                  field(raw, 12, 12, 5) | field(raw, 6, 5, 3) | field(raw, 4, 2, 6));
    case 4:
        if (rs2 != 0) return encode_r(opcode_op, 0, 0, rd, (raw & 0x1000) != 0 ? rd : 0, rs2);  // c.add, c.mv
        if ((raw & 0x1000) == 0) return rd == 0 ? 0 : encode_i(opcode_jalr, 0, 0, rd, 0);       // c.jr
        return rd == 0 ? 0x00100073 : encode_i(opcode_jalr, 0, 1, rd, 0);  // c.ebreak, c.jalr
    case 5:                                                                // c.fsdsp
        return encode_s(opcode_store_fp, 3, 2, rs2, field(raw, 12, 10, 3) | field(raw, 9, 7, 6));
    case 6: return encode_s(opcode_store, 2, 2, rs2, field(raw, 12, 9, 2) | field(raw, 8, 7, 6));  // c.swsp
    default:                                                                                       // c.sdsp
        return encode_s(opcode_store, 3, 2, rs2, field(raw, 12, 10, 3) | field(raw, 9, 7, 6));
    }
}

}  // namespace detail

/// True when these are the first two bytes of a four-byte instruction.
constexpr bool is_wide(std::uint16_t first) { return (first & 3) == 3; }

/// The 32-bit instruction that a 16-bit one stands for; 0 when it is illegal or reserved. Some
/// stand for instructions of D.
constexpr std::uint32_t expand(std::uint16_t raw) {
    switch (raw & 3) {
    case 0: return detail::expand_quadrant0(raw);
    case 1: return detail::expand_quadrant1(raw);
    case 2: return detail::expand_quadrant2(raw);
    default: return 0;
    }
}

}  // namespace wirewrap::riscv
