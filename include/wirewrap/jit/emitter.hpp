// Host code for regions. What it must know of a hart is addresses (`HartLayout`), so that it is compiled once for all
// kinds of harts.
//
//     Emitter emitter(memory, layout);
//     const Translation done = emitter.translate(steps, place);      // host code, and where it can be entered
//
//     entry:  load registers ─> block                 exits:  store registers ─> slot, budget ─> leave
//     block:  budget -= n; negative? ─> give back, exit at its slot
//             instructions …                          far:    store registers ─> lookup ─> entry of the other region
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>
#include <vector>

#include <wirewrap/jit/access_groups.hpp>
#include <wirewrap/jit/code_memory.hpp>
#include <wirewrap/jit/counted_loops.hpp>
#include <wirewrap/jit/layout.hpp>
#include <wirewrap/jit/loop_assembler.hpp>
#include <wirewrap/jit/region.hpp>
#include <wirewrap/jit/registers.hpp>

namespace wirewrap::jit {

/// A block that can be entered.
struct Block {
    std::uint16_t index;
    std::uint16_t charge;
    const void* code;  // expects guest registers in their host registers
};

struct Translation {
    std::uint64_t address = 0;  // of its page
    RegisterMap map;
    std::vector<Block> blocks;
};

class Emitter : private LoopAssembler {
public:
    Emitter(CodeMemory memory, const HartLayout& layout) : LoopAssembler(std::move(memory), layout) {
        start_ = getSize();
    }

    /// Whether a region of this many instructions certainly fits.
    bool has_room(std::size_t steps) const {
        return getSize() + 8192 + steps * most_per_step < memory_.size().count;
    }
    /// Bytes of host code.
    std::size_t used() const { return getSize(); }
    void forget_all() { setSize(start_); }

    /// `interpreted`: how to execute each step otherwise.
    Translation translate(const Steps& steps, const Place& place, std::span<const Interpreted> interpreted) {
        Xbyak::ClearError();
        steps_ = &steps;
        interpreted_ = interpreted;
        place_ = place;
        map_ = choose_registers(steps);
        begin_region();
        spots_.assign(steps.size(), 0);
        guess_of_.assign(steps.size(), 0);
        late_.clear();
        return_points_.clear();
        groups_ = hart_.loads != nullptr ? AccessGroups(steps) : AccessGroups();
        looks_.clear();
        first_look_ = 0;
        for (std::size_t i = 0; i != steps.size(); ++i)
            if (steps[i].return_point && steps[i].head && called_inside(steps[i]))
                return_points_.push_back(i);

        if (may_count())
            loops_ = find_counted_loops(steps);
        else
            loops_.clear();
        for (const CountedLoop& loop : loops_) guarded_[loop.blocks[0].first] = true;

        region_code();
        for (std::size_t i = 0; i != steps.size();) {
            const Step& step = steps[i];
            // Where a loop begins in a line of the cache is a quarter of the speed of a short one.
            if (step.looped_to) align(64);
            if (step.begins_block) {
                end_block();
                begin_block(i);
            }
            spots_[i] = here();
            i += instructions(i);
            const Step& last = steps[i - 1];
            if (falls(last) && (i == steps.size() || steps[i].index != last.next || guarded_[i]))
                go_to(last.next);
        }
        end_block();
        for (const CountedLoop& loop : loops_)
            if (getSize() + room_for(loop) + most_of_late * late_.size() < memory_.size().count)
                counted_loop(loop, spots_);
        // Later code may ask for more.
        for (std::size_t i = 0; i != late_.size(); ++i) later(Late{late_[i]});

        Translation done{.address = place.address, .map = map_, .blocks = {}};
        if (!land_jumps() || Xbyak::GetError() != 0) return done;
        // What is only fallen into relies on addresses that were checked before, where addresses are physical.
        for (std::size_t i = 0; i != steps.size(); ++i)
            if (steps[i].head || (steps[i].begins_block && hart_.loads != nullptr))
                done.blocks.push_back(
                    {steps[i].index, steps[i].charge, memory_.executable(getCode() + blocks_[i])});
        return done;
    }

    /// Code that enters a block from outside: guest registers in memory.
    const void* entry(const RegisterMap& map, const Block& block) {
        map_ = map;
        const void* const at = memory_.executable(getCurr());
        load_registers();
        // Relative to where it will be executed, which is as far away as where it is written.
        jmp(writable_address(block.code), T_NEAR);
        return at;
    }

    using LoopAssembler::enter, LoopAssembler::settle;

private:
    /// Bytes; a store with all that it may need takes about 150, and may be there twice.
    static constexpr std::size_t most_per_step = 400, most_of_late = 200;
    /// Loops are done once more where nobody has to hear of accesses and branches, and RAM is where it is.
    bool may_count() const {
        return hart_.free_pages == nullptr && !hart_.edges.present() &&
               (hart_.loads != nullptr || !place_.limits_change);
    }
    const void* writable_address(const void* executable) const {
        return memory_.writable() +
               (static_cast<const std::byte*>(executable) - memory_.executable(memory_.writable()));
    }

    void later(const Late& late) {
        switch (late.what) {
        case Late::What::budget:
            land(late.from);
            add(rbx, step(late.step).charge);
            return leave_at(step(late.step).index);
        case Late::What::edge: {
            const Step& at = step(late.step);
            land(late.from);
            count_edge(at, address_of(at) + static_cast<std::uint64_t>(std::int64_t{at.code.immediate}));
            return branch_target(at);
        }
        case Late::What::ram: return access_elsewhere(late);
        case Late::What::scaled: return scaled_elsewhere(late);
        case Late::What::bus:
            land(late.from);
            if (late.other.end != 0) land(late.other);
            interpret(late.step);
            return jump(late.done);
        case Late::What::page: return look_up(late);
        case Late::What::block: return one_by_one(late.step, late.number);
        case Late::What::division: return divide_specially(late);
        }
    }

    // ---- blocks, and groups of accesses in them

    bool called_inside(const Step& at) const {
        const std::size_t call = at.index < 2 ? steps_->size() : find(at.index - 2u);
        return call != steps_->size() && step(call).target >= 0 && op(step(call)) == Op::jal_far_4;
    }

    void begin_block(std::size_t i) {
        blocks_[i] = here();
        sub(rbx, step(i).charge);
        late_.push_back({.what = Late::What::budget, .step = i, .from = ahead(If::negative)});
    }
    void end_block() {
        if (first_look_ == looks_.size()) return;
        late_.push_back({.what = Late::What::block,
                         .step = std::exchange(first_look_, looks_.size()),
                         .number = static_cast<std::uint32_t>(looks_.size())});
    }
    /// The rest of a block from its first group on, for when a group lies in two pages or is not known: each access looks for
    /// itself. The groups: looks_[first …].
    void one_by_one(std::size_t first, std::size_t end) {
        for (std::size_t i = first; i != end; ++i) look_again(looks_[i]);
        in_groups_ = false;
        for (std::size_t i = looks_[first].leader;;) {
            if (first != end && looks_[first].leader == i) {
                land(looks_[first].divided);
                land(looks_[first++].unknown);
            }
            i += instructions(i);
            const Step& done = step(i - 1);
            if (i != steps_->size() && !step(i).begins_block && step(i).index == done.next) continue;
            if (falls(done)) go_to(done.next);
            break;
        }
        in_groups_ = true;
    }

    // ---- instructions

    static bool falls(const Step& at) {
        return !is_jump(op(at)) && !is_indirect(op(at)) && !ends_translation(op(at));
    }

    /// Answers with how many it were.
    std::size_t instructions(std::size_t i) {
        const auto rest = std::span(*steps_).subspan(i);
        if (const auto load = scaled(i)) {
            access(i, *load);
            return ScaledLoad::steps;
        }
        if (const auto word = low_word(rest)) {
            low_word_of(*word);
            return LowWord::steps;
        }
        instruction(i);
        return 1;
    }
    void instruction(std::size_t i) {
        const Step& at = step(i);
        const riscv::Instruction& c = at.code;
        const Op o = op(at);
        if (is_load(o) || is_store(o)) return access(i);
        if (is_interpreted(o)) return interpret(i);
        if (ends_translation(o)) {
            if (at.unpaid != 0) add(rbx, at.unpaid);
            return leave_at(at.index);
        }
        if (is_branch(o)) return branch(i);
        if (o == Op::fence_4) return mfence();
        if (o == Op::jump_far_4) return branch_target(at);
        if (o == Op::jal_far_4) {
            link(at);
            return branch_target(at);
        }
        if (is_indirect(o)) return indirect(at);
        if (c.rd != riscv::discarded_register && !arithmetic(at)) interpret(i);
    }

    void link(const Step& at) {
        if (at.code.rd != riscv::discarded_register) set(at.code.rd, place_.address + 2 * at.next);
    }

    void branch(std::size_t i) {
        const Step& at = step(i);
        const If taken = compare(at);
        const std::size_t inside = at.target < 0 ? steps_->size() : find(static_cast<std::size_t>(at.target));
        if (inside != steps_->size() && !hart_.edges.present()) return jump_to_block(taken, inside);
        late_.push_back({.what = Late::What::edge, .step = i, .from = ahead(taken)});
        count_edge(at, place_.address + 2 * at.next);
    }

    // ---- edges, where somebody counts them

    /// rax is free, flags are lost. A counter goes from 255 to 1.
    void count_edge(const Step& from, std::uint64_t to) {
        if (!hart_.edges.present()) return;
        mov(rax,
            reinterpret_cast<std::uint64_t>(hart_.edges.data() + hart_.edges.index(address_of(from), to)));
        add(byte[rax], 1);
        adc(byte[rax], 0);
    }
    /// To the address in rax, which is even; rdx is free.
    void count_indirect_edge(const Step& from) {
        mov(rdx, rax);
        shr(rdx, 1);
        xor_(edx, riscv::EdgeCounters::mixed(address_of(from)));
        and_(edx, hart_.edges.mask());
        add(rdx, field(hart_.counters));
        add(byte[rdx], 1);
        adc(byte[rdx], 0);
    }

    void indirect(const Step& at) {
        const riscv::Instruction& c = at.code;
        if (c.rs1 == 0)
            constant(rax, static_cast<std::uint64_t>(std::int64_t{c.immediate}));
        else if (held(c.rs1) && c.immediate != 0)
            lea(rax, ptr[reg(c.rs1) + displacement(c.immediate)]);
        else {
            load(rax, c.rs1);
            if (c.immediate != 0) add(rax, bits(c.immediate));
        }
        if (c.rd != riscv::discarded_register) {
            const Reg64 d = held(c.rd) ? reg(c.rd) : rdx;
            constant(d, place_.address + 2 * at.next);
            keep(c.rd, d);
        }
        if (hart_.edges.present()) {
            and_(rax, bits(-2));
            count_indirect_edge(at);
        }
        if (op(at) == Op::jump_register_4) {
            constexpr std::size_t most = 3;  // compared one by one
            for (std::size_t k = 0; k != std::min(most, return_points_.size()); ++k) {
                const std::size_t i = return_points_[k];
                mov(rdx, place_.address + 2 * step(i).index);
                cmp(rax, rdx);
                jump_to_block(If::equal, i);
            }
        }
        and_(rax, bits(-2));
        go_far();
    }

    std::size_t start_ = 0;
    // Of the region in hand.
    std::vector<CountedLoop> loops_;
    std::vector<Spot> spots_;  // by step, behind what its block pays
    std::vector<std::size_t> return_points_;
    std::size_t first_look_ = 0;  // of the block in hand
};

}  // namespace wirewrap::jit
