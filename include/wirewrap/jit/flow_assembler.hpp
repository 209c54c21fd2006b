// Where control goes inside of a region: blocks, the jumps between them, and what a branch compares.
//
//     beq a0, a1, there ─> cmp rdi, rsi; je there's block          there in no region that is known ─> go_far
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include <wirewrap/jit/access_assembler.hpp>

namespace wirewrap::jit {

class FlowAssembler : protected AccessAssembler {
protected:
    using AccessAssembler::AccessAssembler;

    void begin_region() {
        blocks_.assign(steps_->size(), 0);
        guards_.assign(steps_->size(), 0);
        guarded_.assign(steps_->size(), false);
        to_blocks_.clear();
    }
    /// Once all blocks are there. False: one is missing.
    bool land_jumps() {
        for (const auto& [jump, block] : to_blocks_) {
            if (blocks_[block] == 0) return false;
            land(jump, guards_[block] != 0 ? guards_[block] : blocks_[block]);
        }
        return true;
    }

    /// The step at a halfword of the page; the number of steps when there is none.
    std::size_t find(std::size_t index) const {
        const auto found = std::ranges::lower_bound(*steps_, index, {}, &Step::index);
        return found != steps_->end() && found->index == index
                   ? static_cast<std::size_t>(found - steps_->begin())
                   : steps_->size();
    }

    void jump_to_block(std::size_t i) {
        if (blocks_[i] != 0 && !guarded_[i])
            jump(blocks_[i]);
        else
            to_blocks_.push_back({ahead(), i});
    }
    void jump_to_block(If condition, std::size_t i) {
        if (blocks_[i] != 0 && !guarded_[i])
            jump(condition, blocks_[i]);
        else
            to_blocks_.push_back({ahead(condition), i});
    }
    /// To a halfword in the page or just behind it. Another region may have it.
    void go_to(std::size_t index) {
        if (const std::size_t i = find(index); i != steps_->size())
            jump_to_block(i);
        else
            go_far(place_.address + 2 * index);
    }
    void branch_target(const Step& from) {
        const std::int64_t index = static_cast<std::int64_t>(from.index) + from.code.immediate / 2;
        if (index >= 0 && index < static_cast<std::int64_t>(riscv::halfwords_per_page))
            go_to(static_cast<std::size_t>(index));
        else
            go_far(address_of(from) + static_cast<std::uint64_t>(std::int64_t{from.code.immediate}));
    }

    /// Compares what a branch compares; rax is free. Answers when it is taken.
    If compare(const Step& at) {
        bool swapped = false;
        std::size_t a = at.code.rs1, b = at.code.rs2;
        if (a == 0 && b != 0) std::swap(a, b), swapped = true;
        if (b == 0) {
            if (a == 0)
                xor_(eax, eax), test(eax, eax);
            else if (held(a))
                test(reg(a), reg(a));
            else
                cmp(memory(a), 0);
        } else {
            const Reg64 first = value(a, rax);
            with(b, [&](const auto& operand) { cmp(first, operand); });
        }
        return taken(op(at), swapped);
    }

    std::vector<Spot> blocks_;   // by step; 0: not yet, or none
    std::vector<bool> guarded_;  // by step: whoever wants to go to its block goes through a guard
    std::vector<Spot> guards_;   // by step; 0: none after all

private:
    /// `swapped`: the second operand was compared with the first.
    static If taken(Op branch, bool swapped) {
        switch (branch) {
        case Op::beq_far_4: return If::equal;
        case Op::bne_far_4: return If::not_equal;
        case Op::blt_far_4: return swapped ? If::greater : If::less;
        case Op::bge_far_4: return swapped ? If::not_greater : If::not_less;
        case Op::bltu_far_4: return swapped ? If::above : If::below;
        default: return swapped ? If::not_above : If::not_below;
        }
    }

    std::vector<std::pair<Jump, std::size_t>> to_blocks_;
};

}  // namespace wirewrap::jit
