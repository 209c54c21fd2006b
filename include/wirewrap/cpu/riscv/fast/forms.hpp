// Which operations have specialised handlers, and for which operands. The table is the policy: a line costs as many
// handlers as its operands have combinations, at some two milliseconds of compile time each.
//
//     {Op::addi_2, rd_is_rs1 | exact_rd}        // 7 handlers: one for each cached register, one for all others
//     {Op::add_2, rd_is_rs1 | exact_rd | exact_rs2}                                                           // 49
//
// An operand that a form does not choose is found through its slot; a destination is always chosen, because a cached
// register is not found in memory only.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include <wirewrap/cpu/riscv/fast/operands.hpp>

namespace wirewrap::riscv::fast {

enum Choice : std::uint8_t { exact_rd = 1, exact_rs1 = 2, exact_rs2 = 4, rd_is_rs1 = 8, rs2_is_zero = 16 };

struct Form {
    Op op;
    unsigned choice;
};

inline constexpr Form forms[] = {
    // Compressed arithmetic writes its first source.
    {Op::addi_2, rd_is_rs1 | exact_rd},
    {Op::addiw_2, rd_is_rs1 | exact_rd},
    {Op::andi_2, rd_is_rs1 | exact_rd},
    {Op::slli_2, rd_is_rs1 | exact_rd},
    {Op::srli_2, rd_is_rs1 | exact_rd},
    {Op::srai_2, rd_is_rs1 | exact_rd},
    {Op::sub_2, rd_is_rs1 | exact_rd},
    {Op::or__2, rd_is_rs1 | exact_rd},
    {Op::addw_2, rd_is_rs1 | exact_rd},
    {Op::subw_2, rd_is_rs1 | exact_rd},
    {Op::add_2, rd_is_rs1 | exact_rd | exact_rs2},
    {Op::xor__2, rd_is_rs1 | exact_rd | exact_rs2},
    {Op::and__2, rd_is_rs1 | exact_rd | exact_rs2},
    {Op::addi_2, exact_rd},
    {Op::load_immediate_2, exact_rd},
    {Op::move_2, exact_rd | exact_rs2},
    // Registers and immediates.
    {Op::addi_4, exact_rd | exact_rs1},
    {Op::addiw_4, exact_rd | exact_rs1},
    {Op::andi_4, exact_rd | exact_rs1},
    {Op::slli_4, exact_rd | exact_rs1},
    {Op::srli_4, exact_rd | exact_rs1},
    {Op::srai_4, exact_rd},
    {Op::slliw_4, exact_rd},
    {Op::srliw_4, exact_rd},
    {Op::sraiw_4, exact_rd},
    {Op::xori_4, exact_rd},
    {Op::ori_4, exact_rd},
    {Op::slti_4, exact_rd},
    {Op::sltiu_4, exact_rd},
    {Op::load_immediate_4, exact_rd},
    {Op::move_4, exact_rd},
    {Op::auipc_4, exact_rd},
    // Registers.
    {Op::add_4, exact_rd | exact_rs1},
    {Op::sub_4, exact_rd},
    {Op::xor__4, exact_rd},
    {Op::or__4, exact_rd},
    {Op::and__4, exact_rd},
    {Op::addw_4, exact_rd},
    {Op::subw_4, exact_rd},
    {Op::sll_4, exact_rd},
    {Op::srl_4, exact_rd},
    {Op::sra_4, exact_rd},
    {Op::sllw_4, exact_rd},
    {Op::srlw_4, exact_rd},
    {Op::sraw_4, exact_rd},
    {Op::slt_4, exact_rd},
    {Op::sltu_4, exact_rd},
    {Op::mul_4, exact_rd},
    {Op::mulw_4, exact_rd},
    {Op::mulh_4, exact_rd},
    {Op::mulhu_4, exact_rd},
    // Memory.
    {Op::ld_2, exact_rd | exact_rs1},
    {Op::ld_4, exact_rd | exact_rs1},
    {Op::lw_2, exact_rd | exact_rs1},
    {Op::lw_4, exact_rd | exact_rs1},
    {Op::lbu_4, exact_rd | exact_rs1},
    {Op::lb_4, exact_rd},
    {Op::lh_4, exact_rd},
    {Op::lhu_4, exact_rd},
    {Op::lwu_4, exact_rd},
    {Op::sd_2, exact_rs1 | exact_rs2},
    {Op::sd_4, exact_rs1 | exact_rs2},
    {Op::sw_2, exact_rs1 | exact_rs2},
    {Op::sw_4, exact_rs1 | exact_rs2},
    {Op::sb_4, exact_rs1 | exact_rs2},
    {Op::sh_4, exact_rs1},
    // Control.
    {Op::beq_near_2, exact_rs1 | rs2_is_zero},
    {Op::bne_near_2, exact_rs1 | rs2_is_zero},
    {Op::beq_near_4, exact_rs1 | exact_rs2},
    {Op::bne_near_4, exact_rs1 | exact_rs2},
    {Op::bltu_near_4, exact_rs1 | exact_rs2},
    {Op::bgeu_near_4, exact_rs1 | exact_rs2},
    {Op::blt_near_4, exact_rs1},
    {Op::bge_near_4, exact_rs1},
    {Op::jump_near_2, 0},
    {Op::jump_near_4, 0},
    {Op::jump_far_2, 0},
    {Op::jump_far_4, 0},
    {Op::beq_far_2, 0},
    {Op::bne_far_2, 0},
    {Op::beq_far_4, 0},
    {Op::bne_far_4, 0},
    {Op::blt_far_4, 0},
    {Op::bge_far_4, 0},
    {Op::bltu_far_4, 0},
    {Op::bgeu_far_4, 0},
    {Op::jump_register_2, 0},
    {Op::jump_register_4, 0},
    {Op::jal_near_4, exact_rd},
    {Op::jal_far_4, exact_rd},
    {Op::jalr_2, exact_rd},
    {Op::jalr_4, exact_rd},
};

/// One handler: an operation and what it knows of its operands.
struct Handled {
    Op op;
    std::uint8_t rd, rs1, rs2;
};

namespace detail {

inline constexpr std::size_t radix = cached_registers.size() + 1;

constexpr std::size_t combinations(unsigned choice) {
    std::size_t count = 1;
    for (const unsigned operand : {exact_rd, exact_rs1, exact_rs2})
        if ((choice & operand) != 0) count *= radix;
    return count;
}

constexpr std::size_t handled_count() {
    std::size_t count = 0;
    for (const Form& form : forms) count += combinations(form.choice);
    return count;
}

constexpr std::uint8_t register_at(std::size_t digit) {
    return digit < cached_registers.size() ? cached_registers[digit] : indexed;
}

/// Digits of a handler's number within its form: rd, then rs1, then rs2, each where it is chosen.
constexpr auto all_handled() {
    std::array<Handled, handled_count()> result{};
    std::size_t at = 0;
    for (const Form& form : forms)
        for (std::size_t i = 0; i != combinations(form.choice); ++i) {
            std::size_t rest = i;
            const auto digit = [&](unsigned operand) {
                if ((form.choice & operand) == 0) return indexed;
                const std::uint8_t reg = register_at(rest % radix);
                rest /= radix;
                return reg;
            };
            Handled& handled = result[at++];
            handled.op = form.op;
            handled.rd = digit(exact_rd);
            handled.rs1 = digit(exact_rs1);
            handled.rs2 = digit(exact_rs2);
            if ((form.choice & rd_is_rs1) != 0) handled.rs1 = handled.rd;
            if ((form.choice & rs2_is_zero) != 0) handled.rs2 = 0;
        }
    return result;
}

}  // namespace detail

/// Every specialised handler.
inline constexpr auto handled = detail::all_handled();

/// The number of the handler for an instruction, or `handled.size()` when there is none.
constexpr std::size_t handler_for(const Instruction& i) {
    std::size_t first = 0;
    for (const Form& form : forms) {
        const bool fits = form.op == i.op && ((form.choice & rd_is_rs1) == 0 || i.rd == i.rs1);
        if (fits) {
            std::size_t scale = 1, number = first;
            const auto digit = [&](unsigned operand, std::uint8_t reg) {
                if ((form.choice & operand) == 0) return;
                number += scale * cached_position(reg);
                scale *= detail::radix;
            };
            digit(exact_rd, i.rd);
            digit(exact_rs1, i.rs1);
            digit(exact_rs2, i.rs2);
            return number;
        }
        first += detail::combinations(form.choice);
    }
    return handled.size();
}

}  // namespace wirewrap::riscv::fast
