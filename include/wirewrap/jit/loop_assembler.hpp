// Loops that count (counted_loops.hpp), once more: behind a guard that was passed at the head their loads and stores are not
// looked at, and rounds are paid for together. Whatever is not as in the guard's mind goes on in the region's own code.
//
//     guard: budget -= what some rounds take at most; negative? ─> give back, the loop's block
//            is what is left of the distance, are its walks in RAM? no ─> give back, the loop's block
//     again: a round …                      leaves, or asks ─> give back what is not used, go on there
//            a round …
//            budget -= what was done; not negative? ─> again
//            give back ─> the loop's block
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <vector>

#include <wirewrap/jit/counted_loops.hpp>
#include <wirewrap/jit/flow_assembler.hpp>

namespace wirewrap::jit {

class LoopAssembler : protected FlowAssembler {
protected:
    using FlowAssembler::FlowAssembler;

    /// Bytes at most.
    static std::size_t room_for(const CountedLoop& loop) {
        std::size_t steps = 0;
        for (const LoopBlock& block : loop.blocks) steps += block.end - block.first;
        return 1024 + 160 * steps * copies_of(loop);
    }

    /// `spots`: by step, where the region's own code of it is, behind what its block pays.
    void counted_loop(const CountedLoop& loop, const std::vector<Spot>& spots) {
        const std::size_t copies = copies_of(loop), head = loop.blocks[0].first;
        loop_ = &loop;
        reserve_ = static_cast<std::uint32_t>(copies) * loop.longest;
        leaves_.clear();
        refused_.clear();
        back_.clear();

        guards_[head] = here();
        guard();
        align(64);
        const Spot again = here();
        std::uint32_t owed = 0;
        for (std::size_t copy = 0; copy != copies; ++copy) owed = round(owed);
        for (const Jump& jump : back_) land(jump);
        if (loop.chain)
            sub(rbx, owed);
        else
            test(rbx, rbx);
        jump(If::not_negative, again);
        for (const Jump& jump : refused_) land(jump);
        add(rbx, reserve_);
        jump(blocks_[head]);

        for (const Leave& leave : leaves_) {
            const Step& from = step(leave.step);
            land(leave.from);
            if (leave.owed != reserve_) add(rbx, reserve_ - leave.owed);
            switch (leave.to) {
            case Leave::To::itself: jump(spots[leave.step]); break;
            case Leave::To::target: branch_target(from); break;
            case Leave::To::next: go_to(from.next); break;
            }
        }
    }

private:
    /// To the region's own code: the budget is too small by what is reserved, and too large by what is owed.
    struct Leave {
        enum class To : std::uint8_t { itself, target, next };

        Jump from;
        std::uint32_t owed;
        std::size_t step;
        To to;
    };

    static std::size_t copies_of(const CountedLoop& loop) {
        return loop.chain ? std::clamp<std::size_t>(24 / loop.longest, 1, 4) : 1;
    }

    // ---- the guard; rax and rdx are free

    void refuse(If condition) { refused_.push_back(ahead(condition)); }
    void guard() {
        // Longer ones are done in parts; fewer rounds are not worth looking.
        constexpr std::uint32_t longest = 0x7fff'ffff, fewest_rounds = 4;
        const bool steady = loop_->step.is_constant();
        const auto step = static_cast<std::uint32_t>(loop_->step.constant());
        const Xbyak::Address distance = qword[rsp], other_step = qword[rsp + 8];
        sub(rbx, reserve_);
        refuse(If::negative);
        if (!steady) {
            evaluate(loop_->step, rdx, rax);
            lea(rax, ptr[rdx - 1]);
            cmp(rax, longest - 1);
            refuse(If::above);
            mov(other_step, rdx);
        }
        if (!loop_->exact) {
            evaluate(loop_->bound, rax, rdx);
            shr(rax, 62);
            refuse(If::not_equal);
        }
        evaluate(loop_->distance, rax, rdx);
        if (steady) {
            const std::uint32_t few = fewest_rounds * step;
            lea(rdx, ptr[rax - few]);
            cmp(rdx, longest - few);
        } else {
            cmp(rax, longest);
        }
        refuse(If::above);
        if (loop_->exact && step > 1) {
            test(eax, step - 1);
            refuse(If::not_equal);
        }
        if (!loop_->exact && steady) add(rax, step);
        if (!loop_->exact && !steady) add(rax, other_step);
        mov(distance, rax);
        for (const Walk& walk : loop_->walks) {
            evaluate(walk.from + Linear::of_constant(static_cast<std::uint64_t>(walk.lowest)), rdx, rax);
            add(rdx, field(&place_.limits->minus_comfortable));
            look_at_end(walk);
            if (walk.pace == 0) continue;
            imul(rax, distance, static_cast<int>(walk.pace));
            add(rdx, rax);
            look_at_end(walk);
        }
    }
    /// rdx: from the first comfortable address to the lowest of a walk in one round.
    void look_at_end(const Walk& walk) {
        const auto span = static_cast<std::uint64_t>(walk.highest - walk.lowest);
        const std::uint64_t comfortable = place_.limits->comfortable;
        constant(rax, comfortable < span ? 0 : comfortable - span);
        cmp(rdx, rax);
        refuse(If::above);
        if (comfortable < span) refused_.push_back(ahead());
    }
    void evaluate(const Linear& value, const Reg64& to, const Reg64& scratch) {
        constant(to, 0);
        for (const Linear::Term& term : value.terms()) {
            if (term.factor == 1) {
                with(term.reg, [&](const auto& operand) { add(to, operand); });
            } else if (term.factor == -1) {
                with(term.reg, [&](const auto& operand) { sub(to, operand); });
            } else {
                load(scratch, term.reg);
                imul(scratch, scratch, term.factor);
                add(to, scratch);
            }
        }
        if (value.constant() == 0) return;
        constant(scratch, value.constant());
        add(to, scratch);
    }

    // ---- rounds

    /// One round. Of the instructions before it `owed` are not paid for; answers with how many are not behind it.
    std::uint32_t round(std::uint32_t owed) {
        arrivals_.assign(loop_->blocks.size(), {});
        arrivals_[0].owed = owed;
        for (std::size_t i = 0; i != loop_->blocks.size(); ++i) {
            const LoopBlock& block = loop_->blocks[i];
            for (const Jump& jump : arrivals_[i].jumps) land(jump);
            owed = arrivals_[i].owed + step(block.first).charge;
            for (std::size_t s = block.first; s != block.end;) s += instructions_of_loop(s, owed);
            owed = end_of_block(i, owed);
        }
        return owed;
    }
    std::size_t instructions_of_loop(std::size_t s, std::uint32_t owed) {
        const auto rest = std::span(*steps_).subspan(s);
        if (const auto load = scaled_load(rest); load && is_held(*load)) {
            if (!loop_->walked[s + 2]) {
                look_at(*load);
                leaves_.push_back({ahead(If::above), owed, s, Leave::To::itself});
            }
            touch_in_ram(*load, step(s + 2));
            return ScaledLoad::steps;
        }
        if (const auto word = low_word(rest)) {
            low_word_of(*word);
            return LowWord::steps;
        }
        instruction_of_loop(s, owed);
        return 1;
    }
    void instruction_of_loop(std::size_t s, std::uint32_t owed) {
        const Step& at = step(s);
        const Op o = op(at);
        if (is_branch(o) || o == Op::jump_far_4) return;
        if (!is_load(o) && !is_store(o)) {
            if (at.code.rd != riscv::discarded_register) arithmetic(at);
            return;
        }
        const Reg64 base = value(at.code.rs1, rdx);
        if (!loop_->walked[s] && !at.covered) {
            look_at_base(base);
            leaves_.push_back({ahead(If::above), owed, s, Leave::To::itself});
        }
        touch_in_ram(at, base);
    }

    std::uint32_t end_of_block(std::size_t i, std::uint32_t owed) {
        const LoopBlock& block = loop_->blocks[i];
        const std::size_t s = block.end - 1;
        // Where ways meet, all have to have paid.
        for (const std::int32_t to : {block.taken, block.falls})
            if (owed != 0 && (to == LoopBlock::head ? !loop_->chain : to != LoopBlock::out && joined(to))) {
                sub(rbx, owed);
                owed = 0;
            }
        if (is_branch(op(step(s)))) {
            const If taken = compare(step(s));
            if (comes_next(i, block.taken)) {
                go(i, inverted(taken), block.falls, {{}, owed, s, Leave::To::next});
            } else {
                go(i, taken, block.taken, {{}, owed, s, Leave::To::target});
                go(i, block.falls, {{}, owed, s, Leave::To::next});
            }
        } else if (op(step(s)) == Op::jump_far_4) {
            go(i, block.taken, {{}, owed, s, Leave::To::target});
        } else {
            go(i, block.falls, {{}, owed, s, Leave::To::next});
        }
        for (const std::int32_t to : {block.taken, block.falls})
            if (to > LoopBlock::head) arrivals_[static_cast<std::size_t>(to)].owed = owed;
        return owed;
    }
    bool joined(std::int32_t block) const { return loop_->blocks[static_cast<std::size_t>(block)].joined; }
    bool comes_next(std::size_t i, std::int32_t to) const {
        const std::size_t next = i + 1;
        return next == loop_->blocks.size() ? to == LoopBlock::head : to == static_cast<std::int32_t>(next);
    }
    void go(std::size_t i, If condition, std::int32_t to, Leave leave) {
        (void)i;
        arrive(to, ahead(condition), leave);
    }
    void go(std::size_t i, std::int32_t to, Leave leave) {
        if (!comes_next(i, to)) arrive(to, ahead(), leave);
    }
    void arrive(std::int32_t to, Jump from, Leave leave) {
        leave.from = from;
        if (to == LoopBlock::out)
            leaves_.push_back(leave);
        else if (to == LoopBlock::head)
            back_.push_back(from);
        else
            arrivals_[static_cast<std::size_t>(to)].jumps.push_back(from);
    }

    struct Arrivals {
        std::vector<Jump> jumps;
        std::uint32_t owed = 0;
    };

    const CountedLoop* loop_ = nullptr;
    std::uint32_t reserve_ = 0;
    std::vector<Leave> leaves_;
    std::vector<Jump> refused_, back_;
    std::vector<Arrivals> arrivals_;  // by block
};

}  // namespace wirewrap::jit
