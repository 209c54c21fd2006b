// What an instruction means: its operation, registers and immediate. Decoding depends on the bits alone, so
// that it can be tested, listed and cached without a hart.
//
//     constexpr Instruction i = decode(0xffc52583);      // lw a1, -4(a0)
//     static_assert(i.op == Op::lw_4 && i.rd == 11 && i.rs1 == 10 && i.immediate == -4);
//
// Branches and jumps come out as `_far`, loads and stores unchecked: the code cache knows the page and the
// privilege and chooses their siblings (code_page.hpp).
#pragma once

#include <cstdint>

#include <wirewrap/cpu/riscv/compressed.hpp>
#include <wirewrap/cpu/riscv/decode_bits.hpp>
#include <wirewrap/cpu/riscv/decode_floating.hpp>
#include <wirewrap/cpu/riscv/instruction.hpp>
#include <wirewrap/cpu/riscv/isa.hpp>

namespace wirewrap::riscv {

namespace detail {

constexpr Instruction register_register(Fields f, Op op) {
    return {.op = op, .rd = destination(f.rd()), .rs1 = f.rs1(), .rs2 = f.rs2()};
}
constexpr Instruction register_immediate(Fields f, Op op, std::int32_t immediate) {
    return {.op = op, .rd = destination(f.rd()), .rs1 = f.rs1(), .immediate = immediate};
}

constexpr Instruction decode_load(Fields f) {
    constexpr Op ops[] = {Op::lb_4,  Op::lh_4,  Op::lw_4,  Op::ld_4,
                          Op::lbu_4, Op::lhu_4, Op::lwu_4, Op::illegal_4};
    if (f.funct3() == 7) return illegal(f.raw);
    return register_immediate(f, ops[f.funct3()], f.i());
}

constexpr Instruction decode_store(Fields f) {
    constexpr Op ops[] = {Op::sb_4, Op::sh_4, Op::sw_4, Op::sd_4};
    if (f.funct3() > 3) return illegal(f.raw);
    return {.op = ops[f.funct3()], .rs1 = f.rs1(), .rs2 = f.rs2(), .immediate = f.s()};
}

constexpr Instruction decode_immediate(Fields f) {
    switch (f.funct3()) {
    case 0:
        if (f.rs1() == 0) return {.op = Op::load_immediate_4, .rd = destination(f.rd()), .immediate = f.i()};
        if (f.i() == 0) return {.op = Op::move_4, .rd = destination(f.rd()), .rs2 = f.rs1()};
        return register_immediate(f, Op::addi_4, f.i());
    case 1: return f.raw >> 26 == 0 ? register_immediate(f, Op::slli_4, f.i() & 63) : illegal(f.raw);
    case 2: return register_immediate(f, Op::slti_4, f.i());
    case 3: return register_immediate(f, Op::sltiu_4, f.i());
    case 4: return register_immediate(f, Op::xori_4, f.i());
    case 5:
        if (f.raw >> 26 == 0) return register_immediate(f, Op::srli_4, f.i() & 63);
        if (f.raw >> 26 == 0x10) return register_immediate(f, Op::srai_4, f.i() & 63);
        return illegal(f.raw);
    case 6: return register_immediate(f, Op::ori_4, f.i());
    default: return register_immediate(f, Op::andi_4, f.i());
    }
}

constexpr Instruction decode_immediate32(Fields f) {
    if (f.funct3() == 0) return register_immediate(f, Op::addiw_4, f.i());
    if (f.funct3() == 1 && f.funct7() == 0) return register_immediate(f, Op::slliw_4, f.rs2());
    if (f.funct3() == 5 && f.funct7() == 0) return register_immediate(f, Op::srliw_4, f.rs2());
    if (f.funct3() == 5 && f.funct7() == 0x20) return register_immediate(f, Op::sraiw_4, f.rs2());
    return illegal(f.raw);
}

constexpr Instruction decode_operation(Fields f) {
    constexpr Op base[] = {Op::add_4,  Op::sll_4, Op::slt_4, Op::sltu_4,
                           Op::xor__4, Op::srl_4, Op::or__4, Op::and__4};
    constexpr Op m[] = {Op::mul_4, Op::mulh_4, Op::mulhsu_4, Op::mulhu_4,
                        Op::div_4, Op::divu_4, Op::rem_4,    Op::remu_4};
    if (f.funct7() == 0) {
        if (f.funct3() == 0 && f.rs1() == 0)
            return {.op = Op::move_4, .rd = destination(f.rd()), .rs2 = f.rs2()};
        return register_register(f, base[f.funct3()]);
    }
    if (f.funct7() == 1) return register_register(f, m[f.funct3()]);
    if (f.funct7() == 0x20 && f.funct3() == 0) return register_register(f, Op::sub_4);
    if (f.funct7() == 0x20 && f.funct3() == 5) return register_register(f, Op::sra_4);
    return illegal(f.raw);
}

constexpr Instruction decode_operation32(Fields f) {
    switch (f.funct7() << 3 | f.funct3()) {
    case 0x00 << 3 | 0: return register_register(f, Op::addw_4);
    case 0x00 << 3 | 1: return register_register(f, Op::sllw_4);
    case 0x00 << 3 | 5: return register_register(f, Op::srlw_4);
    case 0x20 << 3 | 0: return register_register(f, Op::subw_4);
    case 0x20 << 3 | 5: return register_register(f, Op::sraw_4);
    case 0x01 << 3 | 0: return register_register(f, Op::mulw_4);
    case 0x01 << 3 | 4: return register_register(f, Op::divw_4);
    case 0x01 << 3 | 5: return register_register(f, Op::divuw_4);
    case 0x01 << 3 | 6: return register_register(f, Op::remw_4);
    case 0x01 << 3 | 7: return register_register(f, Op::remuw_4);
    default: return illegal(f.raw);
    }
}

constexpr Instruction decode_atomic(Fields f) {
    const bool wide = f.funct3() == 3;
    if (!wide && f.funct3() != 2) return illegal(f.raw);
    const auto choose = [&](Op word, Op doubleword) {
        return register_register(f, wide ? doubleword : word);
    };
    // The two lowest bits are aq and rl: every atomic here is sequentially consistent.
    switch (f.funct7() >> 2) {
    case 0x00: return choose(Op::amoadd_w_4, Op::amoadd_d_4);
    case 0x01: return choose(Op::amoswap_w_4, Op::amoswap_d_4);
    case 0x02: return f.rs2() == 0 ? choose(Op::lr_w_4, Op::lr_d_4) : illegal(f.raw);
    case 0x03: return choose(Op::sc_w_4, Op::sc_d_4);
    case 0x04: return choose(Op::amoxor_w_4, Op::amoxor_d_4);
    case 0x08: return choose(Op::amoor_w_4, Op::amoor_d_4);
    case 0x0c: return choose(Op::amoand_w_4, Op::amoand_d_4);
    case 0x10: return choose(Op::amomin_w_4, Op::amomin_d_4);
    case 0x14: return choose(Op::amomax_w_4, Op::amomax_d_4);
    case 0x18: return choose(Op::amominu_w_4, Op::amominu_d_4);
    case 0x1c: return choose(Op::amomaxu_w_4, Op::amomaxu_d_4);
    default: return illegal(f.raw);
    }
}

constexpr Instruction decode_branch(Fields f) {
    constexpr Op ops[] = {Op::beq_far_4, Op::bne_far_4, Op::illegal_4,  Op::illegal_4,
                          Op::blt_far_4, Op::bge_far_4, Op::bltu_far_4, Op::bgeu_far_4};
    if (f.funct3() == 2 || f.funct3() == 3) return illegal(f.raw);
    return {.op = ops[f.funct3()], .rs1 = f.rs1(), .rs2 = f.rs2(), .immediate = f.b()};
}

/// The raw bits go along with instructions that may turn out illegal when executed: mtval wants them.
constexpr Instruction decode_system(Fields f) {
    constexpr Op csr[] = {Op::illegal_4, Op::csrrw_4,  Op::csrrs_4,  Op::csrrc_4,
                          Op::illegal_4, Op::csrrwi_4, Op::csrrsi_4, Op::csrrci_4};
    const auto whole = static_cast<std::int32_t>(f.raw);
    if (f.funct3() == 4) return illegal(f.raw);
    if (f.funct3() != 0)
        return {.op = csr[f.funct3()], .rd = destination(f.rd()), .rs1 = f.rs1(), .immediate = whole};
    if (f.funct7() == 0x09 && f.rd() == 0)
        return {.op = Op::sfence_vma_4, .rs1 = f.rs1(), .rs2 = f.rs2(), .immediate = whole};
    switch (f.raw) {
    case 0x00000073: return {.op = Op::ecall_4, .immediate = whole};
    case 0x00100073: return {.op = Op::ebreak_4, .immediate = whole};
    case 0x10200073: return {.op = Op::sret_4, .immediate = whole};
    case 0x10500073: return {.op = Op::wfi_4, .immediate = whole};
    case 0x30200073: return {.op = Op::mret_4, .immediate = whole};
    default: return illegal(f.raw);
    }
}

}  // namespace detail

/// The meaning of a four-byte instruction; `illegal` when it is none of RV64IMA_Zicsr_Zifencei or the extensions given.
constexpr Instruction decode(std::uint32_t raw, Extensions has = {}) {
    const detail::Fields f{raw};
    const auto or_bits = [&](const Instruction& other) {
        return other.op == Op::illegal_4 && has.bits ? detail::decode_bits(f) : other;
    };
    switch (f.opcode()) {
    case 0x03: return detail::decode_load(f);
    case 0x07: return has.floating ? detail::decode_floating_load(f) : detail::illegal(raw);
    case 0x27: return has.floating ? detail::decode_floating_store(f) : detail::illegal(raw);
    case 0x43:
    case 0x47:
    case 0x4b:
    case 0x4f:
    case 0x53: return has.floating ? detail::decode_floating(f) : detail::illegal(raw);
    case 0x0f:
        if (raw == 0x0100000f && has.pause) return {.op = Op::pause_4};
        if (f.funct3() == 0) return {.op = Op::fence_4};
        if (f.funct3() == 1) return {.op = Op::fence_i_4};
        return detail::illegal(raw);
    case 0x13: return or_bits(detail::decode_immediate(f));
    case 0x17: return {.op = Op::auipc_4, .rd = destination(f.rd()), .immediate = f.u()};
    case 0x1b: return or_bits(detail::decode_immediate32(f));
    case 0x23: return detail::decode_store(f);
    case 0x2f: return detail::decode_atomic(f);
    case 0x33: return or_bits(detail::decode_operation(f));
    case 0x37: return {.op = Op::load_immediate_4, .rd = destination(f.rd()), .immediate = f.u()};
    case 0x3b: return or_bits(detail::decode_operation32(f));
    case 0x63: return detail::decode_branch(f);
    case 0x67:
        if (f.funct3() != 0) return detail::illegal(raw);
        return detail::register_immediate(f, f.rd() == 0 ? Op::jump_register_4 : Op::jalr_4, f.i());
    case 0x6f:
        return {.op = f.rd() == 0 ? Op::jump_far_4 : Op::jal_far_4,
                .rd = destination(f.rd()),
                .immediate = f.j()};
    case 0x73: return detail::decode_system(f);
    default: return detail::illegal(raw);
    }
}

/// The meaning of a two-byte instruction: that of the four-byte one it stands for, in its compressed form.
constexpr Instruction decode_compressed(std::uint16_t raw, Extensions has = {}) {
    const std::uint32_t wide = expand(raw);
    Instruction instruction = wide == 0 ? detail::illegal(raw) : decode(wide, has);
    if (instruction.op == Op::illegal_4)
        instruction.immediate = raw;
    else
        instruction.op = compressed_form(instruction.op);
    instruction.length = 2;
    return instruction;
}

}  // namespace wirewrap::riscv
