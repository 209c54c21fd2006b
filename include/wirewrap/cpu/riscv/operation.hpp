// The operations that a hart executes. This list is the only place that names them all: the enumeration, the
// names for traces and the two dispatch shells are made from it, which is why it is a macro (labels cannot be
// made by templates).
//
// `ONE` operations exist with four bytes only. `TWO` operations have a compressed form as well and are
// instantiated for both lengths, so that the step to the next instruction is a constant in each handler.
#pragma once

#include <cstddef>
#include <cstdint>
#include <iterator>
#include <string_view>

#include <wirewrap/base/language.hpp>
#include <wirewrap/cpu/riscv/bits.hpp>

// clang-format off
#define WIREWRAP_RISCV_OPERATIONS(ONE, TWO)                                                               \
    /* what a slot holds before, between and after instructions */                                        \
    ONE(undecoded) ONE(single_step) ONE(page_end) ONE(fetch_fault) ONE(region) ONE(illegal)               \
    /* registers and immediates */                                                                        \
    TWO(addi) TWO(andi) TWO(slli) TWO(srli) TWO(srai) TWO(addiw) TWO(load_immediate) TWO(move)            \
    TWO(add) TWO(sub) TWO(xor_) TWO(or_) TWO(and_) TWO(addw) TWO(subw)                                    \
    ONE(slti) ONE(sltiu) ONE(xori) ONE(ori) ONE(slliw) ONE(srliw) ONE(sraiw) ONE(auipc)                   \
    ONE(sll) ONE(slt) ONE(sltu) ONE(srl) ONE(sra) ONE(sllw) ONE(srlw) ONE(sraw)                           \
    /* M */                                                                                               \
    ONE(mul) ONE(mulh) ONE(mulhsu) ONE(mulhu) ONE(div) ONE(divu) ONE(rem) ONE(remu)                       \
    ONE(mulw) ONE(divw) ONE(divuw) ONE(remw) ONE(remuw)                                                   \
    /* branches and jumps; near: the target lies in the same 4 KiB page */                                \
    TWO(beq_near) TWO(bne_near) ONE(blt_near) ONE(bge_near) ONE(bltu_near) ONE(bgeu_near)                 \
    TWO(beq_far) TWO(bne_far) ONE(blt_far) ONE(bge_far) ONE(bltu_far) ONE(bgeu_far)                       \
    TWO(jump_near) TWO(jump_far) ONE(jal_near) ONE(jal_far) TWO(jalr) TWO(jump_register)                  \
    /* memory; checked: PMP or translation may have something to say */                                   \
    ONE(lb) ONE(lbu) ONE(lh) ONE(lhu) TWO(lw) ONE(lwu) TWO(ld) ONE(sb) ONE(sh) TWO(sw) TWO(sd)            \
    ONE(lb_checked) ONE(lbu_checked) ONE(lh_checked) ONE(lhu_checked) TWO(lw_checked) ONE(lwu_checked)    \
    TWO(ld_checked) ONE(sb_checked) ONE(sh_checked) TWO(sw_checked) TWO(sd_checked)                       \
    /* A */                                                                                               \
    ONE(lr_w) ONE(lr_d) ONE(sc_w) ONE(sc_d)                                                               \
    ONE(amoswap_w) ONE(amoadd_w) ONE(amoxor_w) ONE(amoand_w) ONE(amoor_w)                                 \
    ONE(amomin_w) ONE(amomax_w) ONE(amominu_w) ONE(amomaxu_w)                                             \
    ONE(amoswap_d) ONE(amoadd_d) ONE(amoxor_d) ONE(amoand_d) ONE(amoor_d)                                 \
    ONE(amomin_d) ONE(amomax_d) ONE(amominu_d) ONE(amomaxu_d)                                             \
    /* F and D; all that neither load nor store are one */                                                \
    ONE(flw) TWO(fld) ONE(fsw) TWO(fsd) ONE(floating)                                                     \
    /* Zba, Zbb, Zbs */                                                                                   \
    WIREWRAP_RISCV_BIT_OPERATIONS(ONE, ONE)                                                               \
    /* ordering, environment, Zicsr */                                                                    \
    ONE(fence) ONE(fence_i) ONE(ecall) TWO(ebreak) ONE(mret) ONE(sret) ONE(wfi) ONE(pause)                \
    ONE(sfence_vma)                                                                                       \
    ONE(csrrw) ONE(csrrs) ONE(csrrc) ONE(csrrwi) ONE(csrrsi) ONE(csrrci)
// clang-format on

namespace wirewrap::riscv {

/// Operation and length in one number: `add_4` is the four-byte add, `add_2` the compressed one.
enum class Op : std::uint8_t {
#define WIREWRAP_ONE(name) name##_4,
#define WIREWRAP_TWO(name) name##_4, name##_2,
    WIREWRAP_RISCV_OPERATIONS(WIREWRAP_ONE, WIREWRAP_TWO)
#undef WIREWRAP_ONE
#undef WIREWRAP_TWO
        leave_4,  // ends the loop; the shells know it by themselves
};

inline constexpr std::string_view operation_names[] = {
#define WIREWRAP_ONE(name) #name,
#define WIREWRAP_TWO(name) #name, "c." #name,
    WIREWRAP_RISCV_OPERATIONS(WIREWRAP_ONE, WIREWRAP_TWO)
#undef WIREWRAP_ONE
#undef WIREWRAP_TWO
        "leave",
};

inline constexpr std::size_t operation_count = std::size(operation_names);
static_assert(operation_count <= 256);

/// The compressed form of a `TWO` operation follows its four-byte form in the enumeration.
constexpr Op compressed_form(Op op) { return static_cast<Op>(static_cast<std::uint8_t>(op) + 1); }

constexpr std::string_view name(Op op) { return operation_names[static_cast<std::size_t>(op)]; }

}  // namespace wirewrap::riscv
