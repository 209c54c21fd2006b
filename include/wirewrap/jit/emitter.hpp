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
#include <optional>
#include <utility>
#include <vector>

#include <wirewrap/jit/access_assembler.hpp>
#include <wirewrap/jit/access_groups.hpp>
#include <wirewrap/jit/code_memory.hpp>
#include <wirewrap/jit/layout.hpp>
#include <wirewrap/jit/region.hpp>
#include <wirewrap/jit/registers.hpp>

namespace wirewrap::jit {

/// How the interpreter executes an instruction.
struct Interpreted {
    Interpret call;
    const riscv::Slot* plain;
};

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

class Emitter : private AccessAssembler {
public:
    using Enter = riscv::Cursor (*)(std::uint64_t* x16, std::int64_t budget, const void* entry);

    Emitter(CodeMemory memory, const HartLayout& layout) : AccessAssembler(std::move(memory), layout) {
        common_code();
        start_ = getSize();
    }

    /// Runs translated code from `entry`, until it leaves.
    // clang's -fsanitize=function would look in front of it for a type that nobody wrote there.
#ifdef __clang__
    [[clang::no_sanitize("function")]]
#endif
    riscv::Cursor enter(std::uint64_t* x16, std::int64_t budget, const void* entry) const {
        return enter_(x16, budget, entry);
    }
    /// Whether a region of this many instructions certainly fits.
    bool has_room(std::size_t steps) const {
        return getSize() + 8192 + steps * most_per_step < memory_.size().count;
    }
    /// Bytes of host code.
    std::size_t used() const { return getSize(); }
    void forget_all() { setSize(start_); }

    /// `interpreted(i)` tells how to execute step i otherwise.
    template <class F>
    Translation translate(const Steps& steps, const Place& place, F interpreted) {
        Xbyak::ClearError();
        steps_ = &steps;
        place_ = place;
        map_ = choose_registers(steps);
        labels_ = std::vector<Label>(steps.size());
        late_.clear();
        return_points_.clear();
        groups_ = hart_.loads != nullptr ? AccessGroups(steps) : AccessGroups();
        looks_.clear();
        once_.emplace();
        for (std::size_t i = 0; i != steps.size(); ++i)
            if (steps[i].return_point && steps[i].head && called_inside(steps[i]))
                return_points_.push_back(i);

        for (std::size_t i = 0; i != steps.size(); ++i) {
            const Step& step = steps[i];
            if (step.looped_to) align(16);
            if (step.begins_block) {
                one_by_one(interpreted);
                begin_block(i);
            }
            instruction(i, interpreted(i));
            if (falls(step) && (i + 1 == steps.size() || steps[i + 1].index != step.next)) go_to(step.next);
        }
        one_by_one(interpreted);
        // Later code may ask for more.
        for (std::size_t i = 0; i != late_.size(); ++i) std::exchange(late_[i], {})();
        region_code();

        Translation done{.address = place.address, .map = map_, .blocks = {}};
        if (Xbyak::GetError() != 0) return done;
        // What is only fallen into relies on addresses that were checked before, where addresses are physical.
        for (std::size_t i = 0; i != steps.size(); ++i)
            if (steps[i].head || (steps[i].begins_block && hart_.loads != nullptr))
                done.blocks.push_back(
                    {steps[i].index, steps[i].charge, memory_.executable(labels_[i].getAddress())});
        return done;
    }

    /// Code that enters a block from outside: guest registers in memory.
    const void* entry(const RegisterMap& map, const Block& block) {
        map_ = map;
        const void* const at = memory_.executable(getCurr());
        for (std::size_t guest = 1; guest != 32; ++guest)
            if (map_.holds(guest)) mov(reg(guest), memory(guest));
        // Relative to where it will be executed, which is as far away as where it is written.
        jmp(writable_address(block.code), T_NEAR);
        return at;
    }

    using AccessAssembler::settle;

private:
    /// Bytes; a store with all that it may need takes about 150, and may be there twice.
    static constexpr std::size_t most_per_step = 400;
    /// Homes of groups. The stack is aligned where interpret() calls.
    static constexpr std::uint32_t frame = 8 * (AccessGroups::homes - 1) + 8;
    static_assert(frame % 16 == 8);

    const void* writable_address(const void* executable) const {
        return memory_.writable() +
               (static_cast<const std::byte*>(executable) - memory_.executable(memory_.writable()));
    }

    /// Of a group, at its leader.
    struct Look {
        std::size_t leader;
        const AccessGroup* group;
        std::uint16_t guess;
        Label other{}, found{}, alone{};  // when it is not the guess; when it is known; when it is not
    };

    // ---- where control goes

    const Step& step(std::size_t i) const { return (*steps_)[i]; }
    std::size_t find(std::size_t index) const {
        const auto found = std::ranges::lower_bound(*steps_, index, {}, &Step::index);
        return found != steps_->end() && found->index == index
                   ? static_cast<std::size_t>(found - steps_->begin())
                   : steps_->size();
    }
    bool called_inside(const Step& at) const {
        const std::size_t call = at.index < 2 ? steps_->size() : find(at.index - 2u);
        return call != steps_->size() && step(call).target >= 0 && op(step(call)) == Op::jal_far_4;
    }

    void begin_block(std::size_t i) {
        L(labels_[i]);
        const Step& at = step(i);
        sub(rbx, at.charge);
        Label out;
        js(out);
        late_.push_back([this, out, index = at.index, charge = at.charge]() mutable {
            L(out);
            add(rbx, charge);
            leave_at(index);
        });
    }
    /// To the interpreter, at a slot of this page that nobody has paid for.
    void leave_at(std::size_t index) {
        mov(eax, static_cast<std::uint32_t>(index * sizeof(riscv::Slot)));
        jmp(once_->leave_at);
    }
    void go_far(std::uint64_t target) {
        constant(rax, target);
        jmp(once_->far);
    }
    /// To a halfword in the page or just behind it. Another region may have it.
    void go_to(std::size_t index) {
        if (const std::size_t i = find(index); i != steps_->size())
            jmp(labels_[i]);
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

    /// The interpreter executes step i; then the translation goes on behind this code.
    void interpret(std::size_t i, const Interpreted& by) {
        const Step& at = step(i);
        call(once_->spill);
        mov(rdi, reinterpret_cast<std::uint64_t>(hart_.core));
        mov(rsi, reinterpret_cast<std::uint64_t>(place_.slots + at.index));
        lea(rdx, ptr[rbx + at.unpaid]);
        mov(rcx, reinterpret_cast<std::uint64_t>(by.plain));
        mov(rax, reinterpret_cast<std::uint64_t>(by.call));
        call(rax);
        test(al, al);
        jz(leave_core_);
        call(once_->reload);
    }

    /// The rest of a block from the first group on, for when a group lies in two pages or is not known: each access looks for
    /// itself.
    template <class F>
    void one_by_one(F interpreted) {
        if (looks_.empty()) return;
        late_.push_back([this, interpreted, looks = std::exchange(looks_, {})]() mutable {
            for (Look& look : looks) look_again(look);
            in_groups_ = false;
            auto look = looks.begin();
            for (std::size_t i = look->leader;; ++i) {
                if (look != looks.end() && look->leader == i) L((look++)->alone);
                instruction(i, interpreted(i));
                const bool last = i + 1 == steps_->size() || step(i + 1).begins_block ||
                                  step(i + 1).index != step(i).next;
                if (last && falls(step(i))) go_to(step(i).next);
                if (last) break;
            }
            in_groups_ = true;
        });
    }

    // ---- instructions

    static bool falls(const Step& at) {
        return !is_jump(op(at)) && !is_indirect(op(at)) && !ends_translation(op(at));
    }

    void instruction(std::size_t i, const Interpreted& otherwise) {
        const Step& at = step(i);
        const riscv::Instruction& c = at.code;
        const Op o = op(at);
        if (is_load(o) || is_store(o)) return access(i, otherwise);
        if (is_interpreted(o)) return interpret(i, otherwise);
        if (ends_translation(o)) {
            if (at.unpaid != 0) add(rbx, at.unpaid);
            return leave_at(at.index);
        }
        if (is_branch(o)) return branch(at);
        if (o == Op::fence_4) return mfence();
        if (o == Op::jump_far_4) return branch_target(at);
        if (o == Op::jal_far_4) {
            link(at);
            return branch_target(at);
        }
        if (is_indirect(o)) return indirect(at);
        if (c.rd != riscv::discarded_register && !arithmetic(at)) interpret(i, otherwise);
    }

    void link(const Step& at) {
        if (at.code.rd != riscv::discarded_register) set(at.code.rd, place_.address + 2 * at.next);
    }

    void branch(const Step& at) {
        const riscv::Instruction& c = at.code;
        bool swapped = false;
        std::size_t a = c.rs1, b = c.rs2;
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
        const std::size_t inside = at.target < 0 ? steps_->size() : find(static_cast<std::size_t>(at.target));
        Label out;
        const bool straight = inside != steps_->size() && !hart_.edges.present();
        Label& to = straight ? labels_[inside] : out;
        switch (op(at)) {
        case Op::beq_far_4: je(to); break;
        case Op::bne_far_4: jne(to); break;
        case Op::blt_far_4: swapped ? jg(to) : jl(to); break;
        case Op::bge_far_4: swapped ? jle(to) : jge(to); break;
        case Op::bltu_far_4: swapped ? ja(to) : jb(to); break;
        default: swapped ? jbe(to) : jae(to); break;
        }
        if (!straight)
            late_.push_back([this, out, &at]() mutable {
                L(out);
                count_edge(at, address_of(at) + static_cast<std::uint64_t>(std::int64_t{at.code.immediate}));
                branch_target(at);
            });
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
                je(labels_[i]);
            }
        }
        and_(rax, bits(-2));
        jmp(once_->far);
    }

    void access(std::size_t i, const Interpreted& otherwise) {
        const Step& at = step(i);
        const riscv::Instruction& c = at.code;
        if (c.rs1 == 0) return interpret(i, otherwise);
        if (hart_.loads != nullptr) return translated_access(i, otherwise);
        const Reg64 base = value(c.rs1, rdx);
        const auto place = r15 + base + displacement(c.immediate);
        const bool asks = is_store(op(at)) && hart_.free_pages != nullptr;
        Label ask, done;
        if (!at.covered) {
            Label near, elsewhere;
            mov(rax, base);
            add(rax, field(&place_.limits->minus_comfortable));
            if (!place_.limits_change && place_.limits->comfortable <= 0x7fff'ffff)
                cmp(rax, static_cast<std::uint32_t>(place_.limits->comfortable));
            else
                cmp(rax, field(&place_.limits->comfortable));
            ja(elsewhere);
            L(near);
            if (asks) look_at_page(at, base, ask);
            touch(c, op(at), place, rax);
            L(done);
            late_.push_back([=, this, this_step = &at]() mutable {
                L(elsewhere);
                if (!this_step->relied_on) {
                    lea(rax, ptr[base + displacement(c.immediate)]);
                    sub(rax, field(&place_.limits->base));
                    cmp(rax,
                        field(
                            &place_.limits->last_offset[static_cast<std::size_t>(width_of(op(*this_step)))]));
                    jbe(near);
                }
                interpret(i, otherwise);
                if (!this_step->relied_on) return jmp(done);
                // What follows was made for an address in RAM.
                if (this_step->unpaid != 1) add(rbx, this_step->unpaid - 1);
                leave_or_go(this_step->next);
            });
        } else {
            if (asks) look_at_page(at, base, ask);
            touch(c, op(at), place, rax);
            L(done);
        }
        if (asks)
            late_.push_back([=, this]() mutable {
                L(ask);
                interpret(i, otherwise);
                jmp(done);
            });
    }
    /// Virtual addresses go by the hart's cache of translations: a hit is a comparison and an addition.
    void translated_access(std::size_t i, const Interpreted& otherwise) {
        const Step& at = step(i);
        if (const AccessGroup* const group = in_groups_ ? groups_.of(i) : nullptr)
            return grouped_access(i, *group);
        const bool stores = is_store(op(at));
        const std::int32_t width = 1 << width_of(op(at));
        const std::uint16_t guess = next_guess();
        Label other, found, done;
        lea(rax, ptr[value(at.code.rs1, rdx) + displacement(at.code.immediate)]);
        guess_entry(guess, stores);
        // What is aligned lies in one page.
        static_assert((Cache::no_page & (Cache::page_bytes - 1)) > 7);
        and_(rax, bits(-static_cast<std::int32_t>(Cache::page_bytes) | (width - 1)));
        cmp(rax, qword[rdx + Cache::page_at]);
        jne(other);
        L(found);
        mov(rax, qword[rdx + Cache::offset_at]);
        touch_at(rax, at);
        L(done);
        late_.push_back([=, this, &at]() mutable {
            L(other);
            lea(rax, ptr[value(at.code.rs1, rdx) + displacement(at.code.immediate)]);
            find_entry(guess, stores);
            if (width != 1) add(rax, bits(width - 1));  // the page of the last byte
            and_(rax, bits(-static_cast<std::int32_t>(Cache::page_bytes)));
            cmp(rax, qword[rdx + Cache::page_at]);
            je(found);
            interpret(i, otherwise);
            jmp(done);
        });
    }
    void grouped_access(std::size_t i, const AccessGroup& group) {
        const bool in_register = group.home == 0;
        const Reg64& offset = in_register ? r15 : rax;
        if (group.leader == i) {
            look(i, group);
            mov(offset, qword[rdx + Cache::offset_at]);
            if (!in_register) mov(home(group), rax);
        } else if (!in_register) {
            mov(rax, home(group));
        }
        touch_at(offset, step(i));
    }
    /// rdx: the entry of the page that holds a group.
    void look(std::size_t leader, const AccessGroup& group) {
        Look& look = looks_.emplace_back(leader, &group, next_guess());
        const auto page_bytes = static_cast<std::int32_t>(Cache::page_bytes);
        const std::size_t rs1 = step(leader).code.rs1;
        lea(rax, ptr[value(rs1, rdx) + displacement(group.lowest)]);
        guess_entry(look.guess, group.stores);
        if (group.bytes) {
            and_(rax, bits(-page_bytes));
            cmp(rax, qword[rdx + Cache::page_at]);
            jne(look.other);
            load(rax, rs1);
            add(rax, bits(group.highest));
            and_(rax, bits(-page_bytes));
            cmp(rax, qword[rdx + Cache::page_at]);
            jne(look.other);
        } else {
            // Where there is no page the distance is odd, if the address is even.
            static_assert(Cache::no_page % 2 == 1);
            sub(rax, qword[rdx + Cache::page_at]);
            rorx(rax, rax, 1);
            cmp(rax, bits((page_bytes - 1 - (group.highest - group.lowest)) / 2));
            ja(look.other);
        }
        L(look.found);
    }
    void look_again(Look& look) {
        L(look.other);
        const Reg64 base = value(step(look.leader).code.rs1, rdx);
        lea(rax, ptr[base + displacement(look.group->lowest)]);
        lea(rdx, ptr[base + displacement(look.group->highest)]);
        xor_(rdx, rax);
        cmp(rdx, static_cast<std::uint32_t>(Cache::page_bytes));
        jae(look.alone);
        find_entry(look.guess, look.group->stores);
        and_(rax, bits(-static_cast<std::int32_t>(Cache::page_bytes)));
        cmp(rax, qword[rdx + Cache::page_at]);
        je(look.found);
        jmp(look.alone);
    }
    std::uint16_t next_guess() { return static_cast<std::uint16_t>(guesses_++ % access_guesses); }
    void leave_or_go(std::size_t index) {
        if (index < riscv::halfwords_per_page)
            leave_at(index);
        else
            go_far(place_.address + 2 * index);
    }
    // ---- code that others share

    void store_registers() {
        for (std::size_t guest = 1; guest != 32; ++guest)
            if (held(guest) && map_.written[guest]) mov(memory(guest), reg(guest));
    }
    void store_bias() {
        mov(rdx, place_.address - (reinterpret_cast<std::uintptr_t>(place_.slots) >> 3));
        mov(field(hart_.bias), rdx);
    }

    /// What each region has once.
    void region_code() {
        L(once_->spill);
        store_registers();
        store_bias();
        ret();
        L(once_->reload);
        for (std::size_t guest = 1; guest != 32; ++guest)
            if (held(guest)) mov(reg(guest), memory(guest));
        ret();
        L(once_->leave_at);
        store_registers();
        store_bias();
        mov(rdx, reinterpret_cast<std::uint64_t>(place_.slots));
        add(rax, rdx);
        jmp(leave_);
        L(once_->far);
        store_registers();
        jmp(dispatch_);
    }

    void common_code() {
        enter_ = reinterpret_cast<Enter>(reinterpret_cast<std::uintptr_t>(memory_.executable(getCurr())));
        for (const Reg64& saved : {rbx, rbp, r12, r13, r14, r15}) push(saved);
        sub(rsp, frame);
        mov(rbp, rdi);
        mov(rbx, rsi);
        mov(r15, hart_.host_minus_guest);
        jmp(rdx);

        L(leave_core_);  // the core has written its budget
        mov(rax, reinterpret_cast<std::uint64_t>(hart_.leave));
        xor_(ebx, ebx);
        L(leave_);
        mov(rdx, rbx);
        add(rsp, frame);
        for (const Reg64& saved : {r15, r14, r13, r12, rbp, rbx}) pop(saved);
        ret();

        L(dispatch_);  // to the guest address in rax; guest registers are in memory
        mov(ecx, eax);
        and_(ecx, static_cast<std::uint32_t>(2 * (known_targets - 1)));
        mov(rsi, field(hart_.targets));
        lea(rcx, ptr[rsi + rcx * 8]);
        static_assert(sizeof(KnownTarget) == 16);  // the index counts halfwords
        cmp(qword[rcx + offsetof(KnownTarget, target)], rax);
        Label unknown;
        jne(unknown);
        jmp(qword[rcx + offsetof(KnownTarget, entry)]);
        L(unknown);
        mov(rdi, reinterpret_cast<std::uint64_t>(hart_.core));
        mov(rsi, rax);
        mov(rdx, rbx);
        mov(rax, reinterpret_cast<std::uint64_t>(hart_.find));
        call(rax);
        test(rax, rax);
        Label found;
        jnz(found);
        mov(rax, rdx);
        jmp(leave_);
        L(found);
        jmp(rax);
    }

    Enter enter_ = nullptr;
    std::size_t start_ = 0;
    Label leave_core_, leave_, dispatch_;

    // Of the region in hand.
    const Steps* steps_ = nullptr;
    std::vector<Label> labels_;
    std::vector<std::size_t> return_points_;
    AccessGroups groups_;
    std::vector<Look> looks_;  // of the block in hand
    bool in_groups_ = true;
    std::size_t guesses_ = 0;  // that accesses have been given
    struct Once {
        Label spill, reload, leave_at, far;
    };
    std::optional<Once> once_;  // a label is set once
};

}  // namespace wirewrap::jit
