// Sequences of instructions that have one handler together, because the jump between two handlers costs more than most
// of them do. A sequence is known by the operations and by which of its registers are the same.
//
//     {{{Op::slli_2, "XX."}, {Op::add_2, "XX."}, {Op::lw_2, "XX."}}}        // the same register in six places
//     {{{Op::sd_2, "-.."}, {Op::sd_2, "-.."}}}                              // any operands
//
// The letters stand for rd, rs1 and rs2. X and Y are registers: there is one handler for each cached one and one for all
// others. `.` is a source found through its slot; `-` no destination; `m` a destination that is not cached. A destination
// that is written and used again is worth a letter, other sources are not.
//
// Each instruction keeps its own slot, with its own handler for those who jump there. The second one of a sequence that
// goes another way than expected (a trap, a device) goes by the operation's own handler, after the first has happened.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include <wirewrap/cpu/riscv/fast/forms.hpp>

namespace wirewrap::riscv::fast {

inline constexpr std::size_t longest_sequence = 4;
struct Part {
    Op op = Op::illegal_4;
    const char* registers = nullptr;  // rd, rs1, rs2
};
struct Sequence {
    std::array<Part, longest_sequence> parts;

    constexpr std::size_t length() const {
        std::size_t n = 0;
        while (n != parts.size() && parts[n].registers != nullptr) ++n;
        return n;
    }
    /// How many letters it has: 0, 1 or 2.
    constexpr std::size_t letters() const {
        std::size_t n = 0;
        for (std::size_t i = 0; i != length(); ++i)
            for (std::size_t k = 0; k != 3; ++k)
                if (const char c = parts[i].registers[k]; c >= 'X' && c <= 'Z')
                    if (const auto place = static_cast<std::size_t>(c - 'X') + 1; place > n) n = place;
        return n;
    }
    constexpr std::size_t handlers() const {
        std::size_t count = 1;
        for (std::size_t i = 0; i != letters(); ++i) count *= cached_registers.size() + 1;
        return count;
    }
};

/// Found in compiled code: what is frequent in loops over memory and in the firmware of Debian's packages `opensbi` and
/// `u-boot-qemu`, by frequency times saved jumps for each handler, and their close relatives.
// clang-format off
inline constexpr Sequence sequences[] = {
    {{{{Op::add_2, "XX."}, {Op::beq_near_2, "-.."}}}},
    {{{{Op::add_2, "XX."}, {Op::beq_near_4, "-.."}}}},
    {{{{Op::add_2, "XX."}, {Op::bge_near_4, "-.."}}}},
    {{{{Op::add_2, "XX."}, {Op::bgeu_near_4, "-X."}}}},
    {{{{Op::add_2, "XX."}, {Op::bgeu_near_4, "-.."}}}},
    {{{{Op::add_2, "XX."}, {Op::blt_near_4, "-.."}}}},
    {{{{Op::add_2, "XX."}, {Op::bltu_near_4, "-X."}}}},
    {{{{Op::add_2, "XX."}, {Op::bltu_near_4, "-.."}}}},
    {{{{Op::add_2, "m.."}, {Op::bltu_near_4, "-.."}}}},
    {{{{Op::add_2, "XX."}, {Op::bne_near_2, "-.."}}}},
    {{{{Op::add_2, "XX."}, {Op::bne_near_4, "-.."}}}},
    {{{{Op::add_2, "XX."}, {Op::lbu_4, "XX."}}}},
    {{{{Op::add_2, "XX."}, {Op::ld_2, "XX."}}}},
    {{{{Op::add_2, "XX."}, {Op::ld_4, "XX."}}}},
    {{{{Op::add_2, "XX."}, {Op::lw_2, "XX."}}}},
    {{{{Op::add_2, "XX."}, {Op::sd_4, "-.X"}}}},
    {{{{Op::add_4, "X.."}, {Op::lbu_4, "XX."}}}},
    {{{{Op::add_4, "X.."}, {Op::ld_2, "XX."}}}},
    {{{{Op::add_4, "X.."}, {Op::sb_4, "-X."}}}},
    {{{{Op::addi_2, "XX."}, {Op::add_2, "YY."}}}},
    {{{{Op::addi_2, "XX."}, {Op::addi_2, "YY."}}}},
    {{{{Op::addi_2, "XX."}, {Op::beq_near_2, "-.."}}}},
    {{{{Op::addi_2, "XX."}, {Op::beq_near_4, "-X."}}}},
    {{{{Op::addi_2, "XX."}, {Op::beq_near_4, "-.."}}}},
    {{{{Op::addi_2, "XX."}, {Op::bge_near_4, "-.."}}}},
    {{{{Op::addi_2, "XX."}, {Op::bgeu_near_4, "-.."}}}},
    {{{{Op::addi_2, "XX."}, {Op::blt_near_4, "-.."}}}},
    {{{{Op::addi_2, "XX."}, {Op::bltu_near_4, "-.."}}}},
    {{{{Op::addi_2, "XX."}, {Op::bne_near_2, "-.."}}}},
    {{{{Op::addi_2, "XX."}, {Op::bne_near_4, "-.X"}}}},
    {{{{Op::addi_2, "XX."}, {Op::bne_near_4, "-X."}}}},
    {{{{Op::addi_2, "XX."}, {Op::bne_near_4, "-.."}}}},
    {{{{Op::addi_2, "m.."}, {Op::jump_register_2, "-.."}}}},
    {{{{Op::addi_2, "XX."}, {Op::sd_2, "-.."}}}},
    {{{{Op::addi_2, "m.."}, {Op::sd_2, "-.."}}}},
    {{{{Op::addi_2, "XX."}, {Op::sd_4, "-X."}}}},
    {{{{Op::addi_4, "XX."}, {Op::jal_near_4, "m.."}}}},
    {{{{Op::addi_4, "X.."}, {Op::jal_near_4, "m.."}}}},
    {{{{Op::addiw_2, "XX."}, {Op::beq_near_2, "-.."}}}},
    {{{{Op::addiw_2, "XX."}, {Op::beq_near_4, "-.."}}}},
    {{{{Op::addiw_2, "XX."}, {Op::bge_near_4, "-.."}}}},
    {{{{Op::addiw_2, "XX."}, {Op::bgeu_near_4, "-.."}}}},
    {{{{Op::addiw_2, "XX."}, {Op::blt_near_4, "-.."}}}},
    {{{{Op::addiw_2, "XX."}, {Op::bltu_near_4, "-.."}}}},
    {{{{Op::addiw_2, "XX."}, {Op::bne_near_2, "-.."}}}},
    {{{{Op::addiw_2, "XX."}, {Op::bne_near_4, "-.."}}}},
    {{{{Op::addiw_4, "X.."}, {Op::andi_4, "XX."}}}},
    {{{{Op::andi_4, "X.."}, {Op::sb_4, "-.X"}}}},
    {{{{Op::andi_4, "XX."}, {Op::slli_2, "XX."}}}},
    {{{{Op::auipc_4, "X.."}, {Op::addi_4, "XX."}}}},
    {{{{Op::auipc_4, "m.."}, {Op::addi_4, "m.."}}}},
    {{{{Op::auipc_4, "X.."}, {Op::ld_4, "XX."}}}},
    {{{{Op::lbu_4, "XY."}, {Op::addi_2, "YY."}}}},
    {{{{Op::lbu_4, "X.."}, {Op::beq_near_2, "-.."}}}},
    {{{{Op::lbu_4, "X.."}, {Op::beq_near_4, "-.."}}}},
    {{{{Op::lbu_4, "X.."}, {Op::bge_near_4, "-.."}}}},
    {{{{Op::lbu_4, "X.."}, {Op::bgeu_near_4, "-.."}}}},
    {{{{Op::lbu_4, "X.."}, {Op::blt_near_4, "-.."}}}},
    {{{{Op::lbu_4, "X.."}, {Op::bltu_near_4, "-.."}}}},
    {{{{Op::lbu_4, "X.."}, {Op::bne_near_2, "-.."}}}},
    {{{{Op::lbu_4, "X.."}, {Op::bne_near_4, "-.."}}}},
    {{{{Op::ld_2, "X.."}, {Op::add_2, "YYX"}}}},
    {{{{Op::ld_2, "XY."}, {Op::addi_2, "YY."}}}},
    {{{{Op::ld_2, "m.."}, {Op::addi_2, "m.."}}}},
    {{{{Op::ld_2, "X.."}, {Op::beq_near_2, "-.."}}}},
    {{{{Op::ld_2, "X.."}, {Op::beq_near_4, "-.."}}}},
    {{{{Op::ld_2, "X.."}, {Op::bge_near_4, "-.."}}}},
    {{{{Op::ld_2, "X.."}, {Op::bgeu_near_4, "-.."}}}},
    {{{{Op::ld_2, "X.."}, {Op::blt_near_4, "-.."}}}},
    {{{{Op::ld_2, "X.."}, {Op::bltu_near_4, "-.."}}}},
    {{{{Op::ld_2, "X.."}, {Op::bne_near_2, "-.."}}}},
    {{{{Op::ld_2, "X.."}, {Op::bne_near_4, "-.."}}}},
    {{{{Op::ld_2, "X.."}, {Op::ld_2, "Y.."}}}},
    {{{{Op::ld_2, "m.."}, {Op::ld_2, "m.."}}}},
    {{{{Op::ld_2, "m.."}, {Op::load_immediate_2, "m.."}}}},
    {{{{Op::ld_2, "m.."}, {Op::move_2, "X.."}}}},
    {{{{Op::ld_2, "X.."}, {Op::sd_2, "-.X"}}}},
    {{{{Op::load_immediate_2, "X.."}, {Op::beq_near_4, "-.X"}}}},
    {{{{Op::load_immediate_2, "X.."}, {Op::jal_near_4, "m.."}}}},
    {{{{Op::load_immediate_2, "X.."}, {Op::jump_near_2, "-.."}}}},
    {{{{Op::load_immediate_2, "m.."}, {Op::jump_near_2, "-.."}}}},
    {{{{Op::load_immediate_2, "X.."}, {Op::jump_register_2, "-.."}}}},
    {{{{Op::load_immediate_2, "m.."}, {Op::ld_2, "X.."}}}},
    {{{{Op::load_immediate_2, "m.."}, {Op::ld_2, "m.."}}}},
    {{{{Op::load_immediate_2, "m.."}, {Op::load_immediate_2, "m.."}}}},
    {{{{Op::load_immediate_4, "X.."}, {Op::addi_2, "XX."}}}},
    {{{{Op::load_immediate_4, "X.."}, {Op::addiw_2, "XX."}}}},
    {{{{Op::load_immediate_4, "X.."}, {Op::addiw_4, "XX."}}}},
    {{{{Op::lw_2, "XY."}, {Op::addi_2, "YY."}}}},
    {{{{Op::lw_2, "X.."}, {Op::addw_2, "YYX"}}}},
    {{{{Op::lw_2, "X.."}, {Op::beq_near_2, "-.."}}}},
    {{{{Op::lw_2, "X.."}, {Op::beq_near_4, "-.."}}}},
    {{{{Op::lw_2, "X.."}, {Op::bge_near_4, "-.."}}}},
    {{{{Op::lw_2, "X.."}, {Op::bgeu_near_4, "-.."}}}},
    {{{{Op::lw_2, "X.."}, {Op::blt_near_4, "-.."}}}},
    {{{{Op::lw_2, "X.."}, {Op::bltu_near_4, "-.."}}}},
    {{{{Op::lw_2, "X.."}, {Op::bne_near_2, "-.."}}}},
    {{{{Op::lw_2, "X.."}, {Op::bne_near_4, "-.."}}}},
    {{{{Op::lw_2, "XX."}, {Op::xor__2, "XX."}}}},
    {{{{Op::move_2, "X.."}, {Op::jal_near_4, "m.."}}}},
    {{{{Op::move_2, "m.."}, {Op::jal_near_4, "m.."}}}},
    {{{{Op::move_2, "m.."}, {Op::move_2, "m.."}}}},
    {{{{Op::mul_4, "X.."}, {Op::add_2, "YYX"}}}},
    {{{{Op::sb_4, "-.."}, {Op::add_2, "XX."}}}},
    {{{{Op::sb_4, "-X."}, {Op::addi_2, "XX."}}}},
    {{{{Op::sb_4, "-.."}, {Op::bltu_near_4, "-.."}}}},
    {{{{Op::sb_4, "-.."}, {Op::bne_near_4, "-.."}}}},
    {{{{Op::sd_2, "-X."}, {Op::addi_2, "XX."}}}},
    {{{{Op::sd_2, "-.."}, {Op::bltu_near_4, "-.."}}}},
    {{{{Op::sd_2, "-.."}, {Op::bne_near_4, "-.."}}}},
    {{{{Op::sd_2, "-.."}, {Op::jal_near_4, "m.."}}}},
    {{{{Op::sd_2, "-.."}, {Op::jump_near_2, "-.."}}}},
    {{{{Op::sd_2, "-.."}, {Op::move_2, "-.."}}}},
    {{{{Op::sd_2, "-.."}, {Op::move_2, "m.."}}}},
    {{{{Op::sd_2, "-.."}, {Op::sd_2, "-.."}}}},
    {{{{Op::sd_2, "-.."}, {Op::sw_2, "-.."}}}},
    {{{{Op::sd_4, "-X."}, {Op::addi_2, "XX."}}}},
    {{{{Op::sd_4, "-.."}, {Op::bne_near_4, "-.."}}}},
    {{{{Op::sd_4, "-.."}, {Op::sd_4, "-.."}}}},
    {{{{Op::sh_4, "-X."}, {Op::addi_2, "XX."}}}},
    {{{{Op::slli_2, "XX."}, {Op::add_2, "XX."}}}},
    {{{{Op::slli_2, "XX."}, {Op::or__2, "XX."}}}},
    {{{{Op::slli_2, "XX."}, {Op::srai_2, "XX."}}}},
    {{{{Op::slli_2, "XX."}, {Op::srli_2, "XX."}}}},
    {{{{Op::slli_2, "XX."}, {Op::xor__2, "XX."}}}},
    {{{{Op::slli_4, "X.."}, {Op::add_2, "XX."}}}},
    {{{{Op::slli_4, "X.."}, {Op::or__2, "XX."}}}},
    {{{{Op::slli_4, "X.."}, {Op::srai_2, "XX."}}}},
    {{{{Op::slli_4, "X.."}, {Op::srli_2, "XX."}}}},
    {{{{Op::slli_4, "XY."}, {Op::xor__2, "XXY"}}}},
    {{{{Op::slli_4, "XY."}, {Op::xor__2, "YYX"}}}},
    {{{{Op::slli_4, "X.."}, {Op::xor__2, "XX."}}}},
    {{{{Op::srli_4, "XY."}, {Op::xor__2, "YYX"}}}},
    {{{{Op::srli_4, "X.."}, {Op::xor__2, "XX."}}}},
    {{{{Op::sw_2, "-X."}, {Op::addi_2, "XX."}}}},
    {{{{Op::sw_2, "-.."}, {Op::sd_2, "-.."}}}},
    {{{{Op::sw_4, "-X."}, {Op::addi_2, "XX."}}}},
    {{{{Op::xor__2, "XX."}, {Op::addiw_2, "XX."}}}},
    {{{{Op::xor__2, "XX."}, {Op::andi_4, "XX."}}}},
    {{{{Op::xor__2, "XXY"}, {Op::srli_4, "YX."}}}},
    {{{{Op::add_2, "XX."}, {Op::ld_2, "m.."}, {Op::addi_2, "m.."}}}},
    {{{{Op::add_2, "XX."}, {Op::lw_2, "XX."}, {Op::xor__2, "XX."}}}},
    {{{{Op::add_2, "XX."}, {Op::sd_4, "-.X"}, {Op::bne_near_4, "-.."}}}},
    {{{{Op::add_4, "XY."}, {Op::addi_2, "YY."}, {Op::sd_2, "-X."}}}},
    {{{{Op::add_4, "XY."}, {Op::ld_2, "XX."}, {Op::addi_2, "YY."}}}},
    {{{{Op::add_4, "X.Y"}, {Op::sb_4, "-X."}, {Op::add_2, "YY."}}}},
    {{{{Op::addi_2, "XX."}, {Op::add_2, "YY."}, {Op::bne_near_4, "-X."}}}},
    {{{{Op::addi_2, "XX."}, {Op::add_2, "YY."}, {Op::sd_4, "-.Y"}}}},
    {{{{Op::addi_2, "XX."}, {Op::sd_2, "-.."}, {Op::bne_near_4, "-X."}}}},
    {{{{Op::addi_2, "m.."}, {Op::sd_2, "-.."}, {Op::sd_2, "-.."}}}},
    {{{{Op::addi_2, "XX."}, {Op::sd_4, "-X."}, {Op::bne_near_4, "-X."}}}},
    {{{{Op::addi_2, "XX."}, {Op::xor__2, "YY."}, {Op::andi_4, "YY."}}}},
    {{{{Op::addi_4, "m.."}, {Op::auipc_4, "m.."}, {Op::addi_4, "m.."}}}},
    {{{{Op::addiw_4, "XY."}, {Op::addiw_2, "YY."}, {Op::bltu_near_4, "-.."}}}},
    {{{{Op::addiw_4, "X.."}, {Op::andi_4, "XX."}, {Op::addiw_4, "Y.."}}}},
    {{{{Op::andi_4, "X.."}, {Op::sb_4, "-YX"}, {Op::addi_2, "YY."}}}},
    {{{{Op::andi_4, "XX."}, {Op::slli_2, "XX."}, {Op::add_2, "XX."}}}},
    {{{{Op::auipc_4, "X.."}, {Op::addi_4, "XX."}, {Op::jal_near_4, "m.."}}}},
    {{{{Op::auipc_4, "X.."}, {Op::addi_4, "XX."}, {Op::jump_near_2, "-.."}}}},
    {{{{Op::lbu_4, "X.."}, {Op::addiw_4, "YX."}, {Op::andi_4, "YY."}}}},
    {{{{Op::ld_2, "XY."}, {Op::addi_2, "YY."}, {Op::bltu_near_4, "-X."}}}},
    {{{{Op::ld_2, "m.."}, {Op::addi_2, "m.."}, {Op::jump_register_2, "-.."}}}},
    {{{{Op::ld_2, "XX."}, {Op::addi_2, "YY."}, {Op::sd_4, "-YX"}}}},
    {{{{Op::ld_2, "m.."}, {Op::ld_2, "m.."}, {Op::addi_2, "m.."}}}},
    {{{{Op::ld_2, "m.."}, {Op::ld_2, "m.."}, {Op::ld_2, "m.."}}}},
    {{{{Op::ld_2, "m.."}, {Op::ld_2, "m.."}, {Op::move_2, "X.."}}}},
    {{{{Op::ld_4, "m.."}, {Op::ld_4, "m.."}, {Op::ld_4, "m.."}}}},
    {{{{Op::load_immediate_2, "X.."}, {Op::addi_2, "m.."}, {Op::jump_register_2, "-.."}}}},
    {{{{Op::load_immediate_2, "m.."}, {Op::addi_4, "X.."}, {Op::jal_near_4, "m.."}}}},
    {{{{Op::load_immediate_2, "m.."}, {Op::load_immediate_2, "m.."}, {Op::addi_4, "X.."}}}},
    {{{{Op::load_immediate_2, "m.."}, {Op::load_immediate_2, "m.."}, {Op::load_immediate_2, "m.."}}}},
    {{{{Op::lw_2, "XX."}, {Op::xor__2, "XX."}, {Op::addiw_2, "XX."}}}},
    {{{{Op::move_2, "m.."}, {Op::move_2, "m.."}, {Op::jal_near_4, "m.."}}}},
    {{{{Op::move_2, "m.."}, {Op::move_2, "m.."}, {Op::move_2, "m.."}}}},
    {{{{Op::sb_4, "-.."}, {Op::add_2, "XX."}, {Op::bgeu_near_4, "-X."}}}},
    {{{{Op::sb_4, "-.."}, {Op::add_2, "XX."}, {Op::bltu_near_4, "-X."}}}},
    {{{{Op::sb_4, "-X."}, {Op::addi_2, "XX."}, {Op::beq_near_4, "-X."}}}},
    {{{{Op::sb_4, "-X."}, {Op::addi_2, "XX."}, {Op::bne_near_4, "-.X"}}}},
    {{{{Op::sd_2, "-.."}, {Op::sd_2, "-.."}, {Op::jal_near_4, "m.."}}}},
    {{{{Op::sd_2, "-.."}, {Op::sd_2, "-.."}, {Op::jump_near_2, "-.."}}}},
    {{{{Op::sd_2, "-.."}, {Op::sd_2, "-.."}, {Op::move_2, "m.."}}}},
    {{{{Op::sd_2, "-.."}, {Op::sd_2, "-.."}, {Op::sd_2, "-.."}}}},
    {{{{Op::sd_2, "-.."}, {Op::sw_2, "-.."}, {Op::sd_2, "-.."}}}},
    {{{{Op::sd_4, "-.."}, {Op::sd_4, "-.."}, {Op::sd_4, "-.."}}}},
    {{{{Op::slli_2, "XX."}, {Op::add_2, "XX."}, {Op::lbu_4, "XX."}}}},
    {{{{Op::slli_2, "XX."}, {Op::add_2, "XX."}, {Op::ld_2, "XX."}}}},
    {{{{Op::slli_2, "XX."}, {Op::add_2, "XX."}, {Op::ld_4, "XX."}}}},
    {{{{Op::slli_2, "XX."}, {Op::add_2, "XX."}, {Op::lw_2, "XX."}}}},
    {{{{Op::slli_2, "XX."}, {Op::add_2, "XX."}, {Op::lw_4, "XX."}}}},
    {{{{Op::slliw_4, "m.."}, {Op::srliw_4, "m.."}, {Op::or__4, "m.."}}}},
    {{{{Op::srliw_4, "m.."}, {Op::slliw_4, "m.."}, {Op::or__4, "m.."}}}},
    {{{{Op::sw_2, "-.."}, {Op::sd_2, "-.."}, {Op::sw_2, "-.."}}}},
    {{{{Op::xor__2, "XX."}, {Op::addiw_2, "XX."}, {Op::bne_near_4, "-.."}}}},
    {{{{Op::xor__2, "XX."}, {Op::andi_4, "XX."}, {Op::slli_2, "XX."}}}},
    {{{{Op::add_2, "XX."}, {Op::ld_2, "m.."}, {Op::addi_2, "m.."}, {Op::jump_register_2, "-.."}}}},
    {{{{Op::add_2, "XX."}, {Op::lw_2, "XX."}, {Op::xor__2, "XX."}, {Op::addiw_2, "XX."}}}},
    {{{{Op::add_4, "XY."}, {Op::addi_2, "YY."}, {Op::sd_2, "-X."}, {Op::bne_near_4, "-Y."}}}},
    {{{{Op::add_4, "XY."}, {Op::ld_2, "XX."}, {Op::addi_2, "YY."}, {Op::sd_4, "-YX"}}}},
    {{{{Op::add_4, "X.Y"}, {Op::sb_4, "-X."}, {Op::add_2, "YY."}, {Op::bgeu_near_4, "-Y."}}}},
    {{{{Op::addi_2, "XX."}, {Op::add_2, "YY."}, {Op::sd_4, "-.Y"}, {Op::bne_near_4, "-.."}}}},
    {{{{Op::addi_2, "m.."}, {Op::sd_2, "-.."}, {Op::sd_2, "-.."}, {Op::sd_2, "-.."}}}},
    {{{{Op::addi_2, "XX."}, {Op::xor__2, "YY."}, {Op::andi_4, "YY."}, {Op::slli_2, "YY."}}}},
    {{{{Op::addi_4, "m.."}, {Op::ld_4, "m.."}, {Op::load_immediate_4, "-.."}, {Op::addi_4, "m.."}}}},
    {{{{Op::andi_4, "X.."}, {Op::sb_4, "-YX"}, {Op::addi_2, "YY."}, {Op::beq_near_4, "-Y."}}}},
    {{{{Op::andi_4, "XX."}, {Op::slli_2, "XX."}, {Op::add_2, "XX."}, {Op::lw_2, "XX."}}}},
    {{{{Op::auipc_4, "m.."}, {Op::addi_4, "m.."}, {Op::auipc_4, "m.."}, {Op::addi_4, "m.."}}}},
    {{{{Op::ld_2, "XX."}, {Op::addi_2, "YY."}, {Op::sd_4, "-YX"}, {Op::bne_near_4, "-Y."}}}},
    {{{{Op::ld_2, "m.."}, {Op::ld_2, "m.."}, {Op::addi_2, "m.."}, {Op::jump_register_2, "-.."}}}},
    {{{{Op::ld_2, "m.."}, {Op::ld_2, "m.."}, {Op::ld_2, "m.."}, {Op::addi_2, "m.."}}}},
    {{{{Op::ld_2, "m.."}, {Op::ld_2, "m.."}, {Op::ld_2, "m.."}, {Op::ld_2, "m.."}}}},
    {{{{Op::ld_2, "m.."}, {Op::ld_2, "m.."}, {Op::ld_2, "m.."}, {Op::move_2, "X.."}}}},
    {{{{Op::ld_4, "m.."}, {Op::ld_4, "m.."}, {Op::ld_4, "m.."}, {Op::ld_4, "m.."}}}},
    {{{{Op::ld_4, "m.."}, {Op::load_immediate_4, "-.."}, {Op::addi_4, "m.."}, {Op::ld_4, "m.."}}}},
    {{{{Op::load_immediate_2, "m.."}, {Op::load_immediate_2, "m.."}, {Op::addi_4, "X.."}, {Op::jal_near_4, "m.."}}}},
    {{{{Op::load_immediate_4, "-.."}, {Op::addi_4, "m.."}, {Op::ld_4, "m.."}, {Op::load_immediate_4, "-.."}}}},
    {{{{Op::lw_2, "XX."}, {Op::xor__2, "XX."}, {Op::addiw_2, "XX."}, {Op::bne_near_4, "-.."}}}},
    {{{{Op::move_2, "m.."}, {Op::move_2, "m.."}, {Op::move_2, "m.."}, {Op::move_2, "m.."}}}},
    {{{{Op::sd_2, "-.."}, {Op::sd_2, "-.."}, {Op::sd_2, "-.."}, {Op::move_2, "m.."}}}},
    {{{{Op::sd_2, "-.."}, {Op::sd_2, "-.."}, {Op::sd_2, "-.."}, {Op::sd_2, "-.."}}}},
    {{{{Op::sd_2, "-.."}, {Op::sw_2, "-.."}, {Op::sd_2, "-.."}, {Op::sw_2, "-.."}}}},
    {{{{Op::sd_4, "-.."}, {Op::addiw_2, "XX."}, {Op::sw_2, "-.X"}, {Op::ld_2, "X.."}}}},
    {{{{Op::sd_4, "-.."}, {Op::sd_4, "-.."}, {Op::sd_4, "-.."}, {Op::sd_4, "-.."}}}},
    {{{{Op::slli_2, "XX."}, {Op::add_2, "XX."}, {Op::lw_2, "XX."}, {Op::xor__2, "XX."}}}},
    {{{{Op::srli_4, "X.."}, {Op::and__4, "XX."}, {Op::slli_2, "XX."}, {Op::add_2, "XX."}}}},
    {{{{Op::srliw_4, "m.."}, {Op::slliw_4, "m.."}, {Op::or__4, "m.."}, {Op::xor__4, "m.."}}}},
    {{{{Op::sw_2, "-.."}, {Op::sd_2, "-.."}, {Op::sw_2, "-.."}, {Op::sd_2, "-.."}}}},
    {{{{Op::xor__2, "XX."}, {Op::andi_4, "XX."}, {Op::slli_2, "XX."}, {Op::add_2, "XX."}}}},
};
// clang-format on

}  // namespace wirewrap::riscv::fast
