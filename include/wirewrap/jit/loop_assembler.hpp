// Loops that count (counted_loops.hpp), once more: behind a guard that was passed at the head their loads and stores are not
// looked at, and rounds are paid for together. Whatever is not as in the guard's mind goes on in the region's own code.
//
//     guard: is there budget for some rounds, are the walks in RAM up to the end? no ─> the loop's block
//            budget -= what they take at most
//     again: a round …                      leaves, or asks ─> give back what is not used, go on there
//            a round …
//            budget -= what was done; not negative? ─> again
//            give back ─> the loop's block
//
// A loop whose walks are not in RAM, as those that fill a device's FIFO, is left alone for some rounds.
//
// On a hart with page tables a guard is passed for as many rounds as the walks stay in the pages in which they are.
#pragma once

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <vector>

#include <wirewrap/jit/counted_loops.hpp>
#include <wirewrap/jit/flow_assembler.hpp>

namespace wirewrap::jit {

class LoopAssembler : protected FlowAssembler {
protected:
    using FlowAssembler::FlowAssembler;

    static constexpr std::size_t most_per_copied_step = 360;  // 160, and 200 where the host would trap
    /// Bytes at most.
    static std::size_t room_for(const CountedLoop& loop) {
        std::size_t steps = 0;
        for (const LoopBlock& block : loop.blocks) steps += block.end - block.first;
        return 2048 + most_per_copied_step * steps * copies_of(loop);
    }

    /// `spots`: by step, where the region's own code of it is, behind what its block pays.
    void counted_loop(const CountedLoop& loop, const std::vector<Spot>& spots) {
        const std::size_t copies = copies_of(loop), head = loop.blocks[0].first;
        loop_ = &loop;
        reserve_ = static_cast<std::uint32_t>(copies) * loop.longest;
        leaves_.clear();
        back_.clear();
        elsewhere_.clear();
        pause_ = loops_++ % loop_pauses;
        guarded_walks_ = 0;
        while (guarded_walks_ != loop.walks.size() && may_guard(loop.walks[guarded_walks_])) ++guarded_walks_;
        if (!may_leave_anywhere()) return;

        guards_[head] = here();
        cmp(dword[place_of(hart_.pauses + pause_)], 0);
        const Jump pausing = ahead(If::not_equal);
        cmp(rbx, reserve_);
        refuse(If::less);
        if (in_pages())
            guard_pages(copies);
        else
            guard_ram();
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
        give_back(0);
        jump(in_pages() ? guards_[head] : blocks_[head]);

        land(pausing);
        sub(dword[place_of(hart_.pauses + pause_)], 1);
        jump(blocks_[head]);
        for (const Jump& jump : elsewhere_) land(jump);
        mov(dword[place_of(hart_.pauses + pause_)], in_pages() ? pause_in_pages : pause_in_ram);
        jump(blocks_[head]);

        for (const Leave& leave : leaves_) {
            const Step& from = step(leave.step);
            land(leave.from);
            if (leave.back != 0) {
                look_again_at_page(leave.step, leave.guess);
                jump(If::equal, leave.back);
            }
            give_back(leave.owed);
            switch (leave.to) {
            case Leave::To::itself: jump(spots[leave.step]); break;
            case Leave::To::target: branch_target(from); break;
            case Leave::To::next: go_to(from.next); break;
            }
        }
    }

private:
    /// To the region's own code.
    struct Leave {
        enum class To : std::uint8_t { itself, target, next };

        Jump from;
        std::uint32_t owed;  // instructions that are done and not paid for
        std::size_t step;
        To to;
        Spot back = 0;  // of an access: where to go when its page is known after all
        std::uint32_t guess = 0;
    };
    /// What is where in the frame. On a hart with page tables r15 has the offset of the first walk.
    enum Home : std::size_t { distance, other_step, unused = 0, allowed, address, offsets };

    bool in_pages() const { return hart_.loads != nullptr; }
    static std::size_t copies_of(const CountedLoop& loop) {
        return loop.chain ? std::clamp<std::size_t>(24 / loop.longest, 1, 4) : 1;
    }
    static bool is_power_of_two(std::uint64_t value) { return value != 0 && (value & (value - 1)) == 0; }
    static std::uint64_t pace(const Walk& walk) {
        const std::uint64_t by = walk.by.constant();
        return static_cast<std::int64_t>(by) < 0 ? 0 - by : by;
    }

    /// In pages: rounds up to the end of one are counted by a shift.
    bool may_guard(const Walk& walk) const {
        if (!in_pages()) return true;
        return guarded_walks_ <= homes - Home::offsets && walk.by.is_constant() &&
               (pace(walk) == 0 || is_power_of_two(pace(walk))) && walk.last - walk.first < 1024;
    }
    bool is_walked(std::size_t s) const {
        return loop_->walk_of[s] != CountedLoop::no_walk &&
               static_cast<std::size_t>(loop_->walk_of[s]) < guarded_walks_;
    }
    /// What is looked up by itself may have to be so by the region's own code, which must not be in the middle of a group there.
    bool may_leave_anywhere() const {
        if (!in_pages()) return true;
        for (const LoopBlock& block : loop_->blocks)
            for (std::size_t s = block.first; s != block.end; ++s)
                if ((is_load(op(step(s))) || is_store(op(step(s)))) && !is_walked(s) && groups_.goes_on(s))
                    return false;
        return true;
    }

    // ---- the guard; rax and rdx are free

    static constexpr std::uint32_t longest = 0x7fff'ffff,  // longer ones are done in parts
        fewest_rounds = 4,                                 // fewer are not worth looking
        pause_in_ram = 100, pause_in_pages = 15;           // a page that was not known will be soon

    void refuse(If condition) { jump(condition, blocks_[loop_->blocks[0].first]); }
    void refuse_elsewhere(If condition) { elsewhere_.push_back(ahead(condition)); }
    bool steady() const { return loop_->step.is_constant(); }
    std::uint32_t steady_step() const { return static_cast<std::uint32_t>(loop_->step.constant()); }
    /// rax: what is left of the distance.
    void look_at_distance() {
        evaluate(loop_->distance, rax, rdx);
        const std::uint32_t few = steady() ? fewest_rounds * steady_step() : 0;
        lea(rdx, ptr[rax - few]);
        cmp(rdx, longest - few);
        refuse(If::above);
    }

    void guard_ram() {
        if (!steady()) {
            evaluate(loop_->step, rdx, rax);
            lea(rax, ptr[rdx - 1]);
            cmp(rax, longest - 1);
            refuse(If::above);
            mov(home(other_step), rdx);
        }
        if (!loop_->exact) {
            evaluate(loop_->bound, rax, rdx);
            shr(rax, 62);
            refuse(If::not_equal);
        }
        look_at_distance();
        if (loop_->exact && steady_step() > 1) {
            test(eax, steady_step() - 1);
            refuse(If::not_equal);
        }
        if (!loop_->exact && steady()) add(rax, steady_step());
        if (!loop_->exact && !steady()) add(rax, home(other_step));
        mov(home(distance), rax);
        for (const Walk& walk : loop_->walks) {
            evaluate(walk.from + Linear::of_constant(static_cast<std::uint64_t>(walk.lowest)), rdx, rax);
            add(rdx, field(&place_.limits->minus_comfortable));
            look_at_end(walk);
            if (walk.pace == 0) continue;
            imul(rax, home(distance), static_cast<int>(walk.pace));
            add(rdx, rax);
            look_at_end(walk);
        }
        sub(rbx, reserve_);
    }
    /// rdx: from the first comfortable address to the lowest of a walk in one round.
    void look_at_end(const Walk& walk) {
        const auto span = static_cast<std::uint64_t>(walk.highest - walk.lowest);
        const std::uint64_t comfortable = place_.limits->comfortable;
        if (comfortable < span) return jump(blocks_[loop_->blocks[0].first]);
        constant(rax, comfortable - span);
        cmp(rdx, rax);
        refuse_elsewhere(If::above);
    }

    void guard_pages(std::size_t copies) {
        look_at_distance();
        lea(rax, ptr[rbx - reserve_]);
        mov(home(allowed), rax);
        for (std::size_t i = 0; i != guarded_walks_; ++i) guard_page(i, copies);
        mov(rax, rbx);
        mov(rbx, home(allowed));
        sub(rax, rbx);
        mov(home(unused), rax);
    }
    /// The page of a walk, and how many rounds it stays there.
    void guard_page(std::size_t i, std::size_t copies) {
        const Walk& walk = loop_->walks[i];
        const auto last_in_page = static_cast<std::uint32_t>(Cache::page_bytes) - 1,
                   span = static_cast<std::uint32_t>(walk.last - walk.first);
        const std::uint32_t guess = next_guess();
        evaluate(walk.from + Linear::of_constant(static_cast<std::uint64_t>(walk.first)), rax, rdx);
        mov(home(address), rax);
        guess_entry(guess, walk.stores);
        and_(rax, bits(-static_cast<std::int32_t>(Cache::page_bytes)));
        cmp(rax, qword[rdx + Cache::page_at]);
        const Jump known = ahead(If::equal);
        mov(rax, home(address));
        find_entry(guess, walk.stores, 0);
        refuse_elsewhere(If::not_equal);
        land(known);
        if (i == 0) {
            mov(r15, qword[rdx + Cache::offset_at]);
        } else {
            mov(rax, qword[rdx + Cache::offset_at]);
            mov(home(Home::offsets + i - 1), rax);
        }
        mov(rax, home(address));
        and_(eax, last_in_page);
        if (static_cast<std::int64_t>(walk.by.constant()) < 0) {
            cmp(eax, last_in_page - span);
            refuse(If::above);
        } else {
            neg(rax);
            add(rax, last_in_page - span);
            refuse(If::negative);
        }
        if (pace(walk) == 0) return;
        // One round, and so many more; the last ones are begun together.
        shr(rax, std::countr_zero(pace(walk)));
        sub(rax, static_cast<std::uint32_t>(copies - 1));
        refuse(If::negative);
        imul(rax, rax, static_cast<int>(loop_->shortest));
        cmp(rax, home(allowed));
        cmovg(rax, home(allowed));
        mov(home(allowed), rax);
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

    /// What was taken from the budget ahead, less what is owed.
    void give_back(std::uint32_t owed) {
        if (!in_pages()) {
            if (owed != reserve_) add(rbx, reserve_ - owed);
            return;
        }
        add(rbx, home(unused));
        if (owed != 0) sub(rbx, owed);
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
        if (const auto load = scaled(s)) {
            if (in_pages()) {
                access_in_pages(s, s + 2, owed);
            } else {
                if (!is_walked(s + 2)) {
                    look_at(*load);
                    leaves_.push_back({ahead(If::above), owed, s, Leave::To::itself});
                }
                touch_in_ram(*load, step(s + 2));
            }
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
        if (in_pages()) return access_in_pages(s, s, owed);
        const Reg64 base = value(at.code.rs1, rdx);
        if (!is_walked(s) && !at.covered) {
            look_at_base(base);
            leaves_.push_back({ahead(If::above), owed, s, Leave::To::itself});
        }
        touch_in_ram(at, base);
    }
    /// Step `by`, or the scaled load from s to there.
    void access_in_pages(std::size_t s, std::size_t by, std::uint32_t owed) {
        const auto walk = static_cast<std::size_t>(loop_->walk_of[by]);
        if (is_walked(by) && walk == 0) return touch_at(r15, s);
        if (is_walked(by)) {
            mov(rax, home(Home::offsets + walk - 1));
        } else {
            const std::uint32_t guess = guess_of_[s] != 0 ? guess_of_[s] : next_guess();
            leaves_.push_back({look_at_page(s, guess), owed, s, Leave::To::itself, here(), guess});
            mov(rax, qword[rdx + Cache::offset_at]);
        }
        touch_at(rax, s);
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
                go(inverted(taken), block.falls, {{}, owed, s, Leave::To::next});
            } else {
                go(taken, block.taken, {{}, owed, s, Leave::To::target});
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
    void go(If condition, std::int32_t to, Leave leave) { arrive(to, ahead(condition), leave); }
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
    std::vector<Jump> back_, elsewhere_;
    std::size_t loops_ = 0;  // that were made
    std::size_t pause_ = 0;
    std::size_t guarded_walks_ = 0;   // the first ones
    std::vector<Arrivals> arrivals_;  // by block
};

}  // namespace wirewrap::jit
