// The meaning of F and D instructions, apart from what rounding mode the hart is in: `floating` with all the bits, or a load
// or a store. Included by decode.hpp.
#pragma once

#include <cstdint>

#include <wirewrap/cpu/riscv/instruction.hpp>

namespace wirewrap::riscv::detail {

constexpr Instruction decode_floating_load(Fields f) {
    if (f.funct3() != 2 && f.funct3() != 3) return illegal(f.raw);
    return {.op = f.funct3() == 2 ? Op::flw_4 : Op::fld_4, .rd = f.rd(), .rs1 = f.rs1(), .immediate = f.i()};
}
constexpr Instruction decode_floating_store(Fields f) {
    if (f.funct3() != 2 && f.funct3() != 3) return illegal(f.raw);
    return {
        .op = f.funct3() == 2 ? Op::fsw_4 : Op::fsd_4, .rs1 = f.rs1(), .rs2 = f.rs2(), .immediate = f.s()};
}

/// Whether the fields of an instruction of opcode 0x53 fit together.
constexpr bool is_floating(Fields f) {
    const std::uint32_t mode = f.funct3();
    const bool rounds = mode != 5 && mode != 6, wide = (f.funct7() & 1) != 0;
    if ((f.funct7() & 2) != 0) return false;  // half and quadruple precision
    switch (f.funct7() >> 2) {
    case 0x00:
    case 0x01:
    case 0x02:
    case 0x03: return rounds;
    case 0x0b: return rounds && f.rs2() == 0;
    case 0x04: return mode < 3;
    case 0x05: return mode < 2;
    case 0x08: return rounds && f.rs2() == (wide ? 0 : 1);
    case 0x14: return mode < 3;
    case 0x18:
    case 0x1a: return rounds && f.rs2() < 4;
    case 0x1c: return mode < 2 && f.rs2() == 0;
    case 0x1e: return mode == 0 && f.rs2() == 0;
    default: return false;
    }
}

constexpr Instruction decode_floating(Fields f) {
    const auto whole = static_cast<std::int32_t>(f.raw);
    if (f.opcode() != 0x53) {  // fused
        const bool valid = f.funct3() != 5 && f.funct3() != 6 && (f.funct7() & 2) == 0;
        return valid ? Instruction{.op = Op::floating_4,
                                   .rd = f.rd(),
                                   .rs1 = f.rs1(),
                                   .rs2 = f.rs2(),
                                   .immediate = whole}
                     : illegal(f.raw);
    }
    if (!is_floating(f)) return illegal(f.raw);
    const std::uint32_t kind = f.funct7() >> 2;
    const bool to_integer = kind == 0x14 || kind == 0x18 || kind == 0x1c;
    return {.op = Op::floating_4,
            .rd = to_integer ? destination(f.rd()) : f.rd(),
            .rs1 = f.rs1(),
            .rs2 = f.rs2(),
            .immediate = whole};
}

}  // namespace wirewrap::riscv::detail
