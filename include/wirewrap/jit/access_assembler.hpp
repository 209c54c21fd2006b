// Loads and stores at a place in host memory, and where a virtual address is looked up for one.
//
//     lw a0, 8(a1) ─> movsxd rdi, dword [r15 + rsi + 8]         sd zero, 0(sp) ─> mov qword [r15 + rcx], 0
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include <wirewrap/cpu/riscv/store_marks.hpp>
#include <wirewrap/cpu/riscv/translation_cache.hpp>
#include <wirewrap/jit/access_groups.hpp>
#include <wirewrap/jit/exits.hpp>

namespace wirewrap::jit {

class AccessAssembler : protected Exits {
protected:
    using Cache = riscv::TranslationCache;
    using Exits::Exits;

    /// Of a group, at its leader.
    struct Look {
        std::size_t leader;
        const AccessGroup* group;
        std::uint32_t guess;
        Jump other{};  // when it is not the guess
        Spot found = 0;
        Jump divided{}, unknown{};  // when it is in no page that is known
    };

    /// A load or store, and what is late of it.
    void access(std::size_t i) {
        const Step& at = step(i);
        if (at.code.rs1 == 0) return interpret(i);
        if (hart_.loads != nullptr) return translated_access(i);
        const Reg64 base = value(at.code.rs1, rdx);
        Late elsewhere{.what = Late::What::ram, .step = i}, ask{.what = Late::What::bus, .step = i};
        if (!at.covered) {
            look_at_base(base);
            elsewhere.from = ahead(If::above);
            elsewhere.back = here();
        }
        const bool asks = is_store(op(at)) && hart_.free_pages != nullptr;
        if (asks) ask_about_page(at, base, ask);
        touch_in_ram(at, base);
        elsewhere.done = ask.done = here();
        if (!at.covered) late_.push_back(elsewhere);
        if (asks) late_.push_back(ask);
    }
    /// Whether an address register points into the comfortable part of RAM: above, if not. rax is free.
    void look_at_base(const Reg64& base) {
        if (base.getIdx() != rax.getIdx()) mov(rax, base);
        add(rax, field(&place_.limits->minus_comfortable));
        if (!place_.limits_change && place_.limits->comfortable <= 0x7fff'ffff)
            cmp(rax, static_cast<std::uint32_t>(place_.limits->comfortable));
        else
            cmp(rax, field(&place_.limits->comfortable));
    }
    /// The access itself, at an address in RAM. rax is free.
    void touch_in_ram(const Step& at, const Reg64& base) {
        touch(at.code, op(at), r15 + base + displacement(at.code.immediate), rax);
    }
    /// The address is not in the comfortable part of RAM.
    void access_elsewhere(const Late& late) {
        const Step& at = step(late.step);
        land(late.from);
        if (!at.relied_on) {
            // rdx has it, or its own register.
            const Reg64 base = held(at.code.rs1) ? reg(at.code.rs1) : rdx;
            lea(rax, ptr[base + displacement(at.code.immediate)]);
            sub(rax, field(&place_.limits->base));
            cmp(rax, field(&place_.limits->last_offset[static_cast<std::size_t>(width_of(op(at)))]));
            jump(If::not_above, late.back);
        }
        interpret(late.step);
        if (!at.relied_on) return jump(late.done);
        // What follows was made for an address in RAM.
        if (at.unpaid != 1) add(rbx, at.unpaid - 1);
        leave_or_go(at.next);
    }
    /// That begins at step i, when its parts are where the host can add them.
    std::optional<ScaledLoad> scaled(std::size_t i) const {
        const auto load = scaled_load(std::span(*steps_).subspan(i));
        return load && held(load->index) && held(load->base) ? load : std::nullopt;
    }
    Xbyak::RegExp index_of(const ScaledLoad& load) const { return reg(load.index) * (1 << load.shift); }
    /// Above: its address is not in the comfortable part of RAM.
    void look_at(const ScaledLoad& load) {
        lea(rax, ptr[reg(load.base) + index_of(load)]);
        look_at_base(rax);
    }
    void touch_in_ram(const ScaledLoad& load, const Step& at) {
        lea(rdx, ptr[r15 + reg(load.base)]);
        touch(at.code, op(at), rdx + index_of(load) + displacement(at.code.immediate), rax);
    }
    /// Steps i to i + 2.
    void access(std::size_t i, const ScaledLoad& load) {
        if (hart_.loads != nullptr) return translated_access(i);
        look_at(load);
        Late elsewhere{.what = Late::What::scaled, .step = i, .from = ahead(If::above)};
        touch_in_ram(load, step(i + 2));
        elsewhere.done = here();
        late_.push_back(elsewhere);
    }
    /// The address of one is not in the comfortable part of RAM: one after the other.
    void scaled_elsewhere(const Late& late) {
        land(late.from);
        arithmetic(step(late.step));
        arithmetic(step(late.step + 1));
        access(late.step + 2);
        jump(late.done);
    }
    /// Of a step, or of the scaled load that begins there. Virtual addresses go by the hart's cache of translations: a hit is a
    /// comparison and an addition.
    void translated_access(std::size_t i) {
        if (const AccessGroup* const group = in_groups_ ? groups_.of(i) : nullptr)
            return grouped_access(i, *group);
        Late late{.what = Late::What::page, .step = i, .number = next_guess()};
        guess_of_[i] = late.number;
        late.from = look_at_page(i, late.number);
        late.back = here();
        mov(rax, qword[rdx + Cache::offset_at]);
        touch_at(rax, i);
        late.done = here();
        late_.push_back(late);
    }
    /// rdx: the entry that has the page of an access, or the jump is taken.
    Jump look_at_page(std::size_t i, std::uint32_t guess) {
        const Step& at = take_address(i);
        guess_entry(guess, is_store(op(at)));
        // What is aligned lies in one page.
        static_assert((Cache::no_page & (Cache::page_bytes - 1)) > 7);
        and_(rax, bits(-static_cast<std::int32_t>(Cache::page_bytes) | ((1 << width_of(op(at))) - 1)));
        cmp(rax, qword[rdx + Cache::page_at]);
        return ahead(If::not_equal);
    }
    /// It is another page than that of the guess, or not aligned.
    void look_up(const Late& late) {
        land(late.from);
        look_again_at_page(late.step, late.number);
        jump(If::equal, late.back);
        std::size_t i = late.step;
        if (scaled(i)) {
            arithmetic(step(i++));
            arithmetic(step(i++));
        }
        interpret(i);
        jump(late.done);
    }
    /// Equal: rdx is the entry that has it, now that it was looked for.
    void look_again_at_page(std::size_t i, std::uint32_t guess) {
        const Step& at = take_address(i);
        find_entry(guess, is_store(op(at)), static_cast<std::size_t>(width_of(op(at))));
    }
    /// rax: the address of step i, or of the scaled load that begins there. Answers with which step does the access.
    const Step& take_address(std::size_t i) {
        if (const auto load = scaled(i)) {
            const Step& at = step(i + 2);
            lea(rax, ptr[reg(load->base) + index_of(*load) + displacement(at.code.immediate)]);
            return at;
        }
        const Step& at = step(i);
        lea(rax, ptr[value(at.code.rs1, rdx) + displacement(at.code.immediate)]);
        return at;
    }
    void grouped_access(std::size_t i, const AccessGroup& group) {
        const bool in_register = group.home == 0;
        const Reg64& offset = in_register ? r15 : rax;
        if (group.leader == i) {
            look(i, group);
            mov(offset, qword[rdx + Cache::offset_at]);
            if (!in_register) mov(home(group.home - 1u), rax);
        } else if (!in_register) {
            mov(rax, home(group.home - 1u));
        }
        touch_at(offset, i);
    }
    /// rdx: the entry of the page that holds a group.
    void look(std::size_t leader, const AccessGroup& group) {
        Look& look = looks_.emplace_back(Look{.leader = leader, .group = &group, .guess = next_guess()});
        const auto page_bytes = static_cast<std::int32_t>(Cache::page_bytes);
        const std::size_t rs1 = step(leader).code.rs1;
        lea(rax, ptr[value(rs1, rdx) + displacement(group.lowest)]);
        guess_entry(look.guess, group.stores);
        // An odd address stands for the even one before it, with room for a byte more; from where there is no page the distance of an
        // even address is odd.
        static_assert(Cache::no_page % 2 == 1);
        and_(rax, bits(-2));
        sub(rax, qword[rdx + Cache::page_at]);
        rorx(rax, rax, 1);
        cmp(rax, bits((page_bytes - 2 - (group.highest - group.lowest)) / 2));
        look.other = ahead(If::above);
        look.found = here();
    }
    void look_again(Look& look) {
        land(look.other);
        const Reg64 base = value(step(look.leader).code.rs1, rdx);
        lea(rax, ptr[base + displacement(look.group->lowest)]);
        lea(rdx, ptr[base + displacement(look.group->highest)]);
        xor_(rdx, rax);
        cmp(rdx, static_cast<std::uint32_t>(Cache::page_bytes));
        look.divided = ahead(If::not_below);
        find_entry(look.guess, look.group->stores, 0);
        jump(If::equal, look.found);
        look.unknown = ahead();
    }
    std::uint32_t next_guess() { return static_cast<std::uint32_t>(guesses_++ % access_guesses); }

    AccessGroups groups_;  // of the region in hand
    std::vector<Look> looks_;
    bool in_groups_ = true;
    std::vector<std::uint32_t> guess_of_;  // by step that is looked up alone

    void touch(const riscv::Instruction& c, Op o, const Xbyak::RegExp& at, const Reg64& scratch) {
        if (is_load(o)) {
            const Reg64 d = result(c.rd);
            switch (o) {
            case Op::lb_4: movsx(d, byte[at]); break;
            case Op::lbu_4: movzx(d.cvt32(), byte[at]); break;
            case Op::lh_4: movsx(d, word[at]); break;
            case Op::lhu_4: movzx(d.cvt32(), word[at]); break;
            case Op::lw_4: movsxd(d, dword[at]); break;
            case Op::lwu_4: mov(d.cvt32(), dword[at]); break;
            default: mov(d, qword[at]); break;
            }
            return keep(c.rd, d);
        }
        if (hart_.marks != nullptr) {
            using Marks = riscv::StoreMarks;
            static_assert(sizeof(Marks::Table) == Marks::count * sizeof(std::uint16_t));
            lea(scratch, ptr[at]);
            shr(scratch, Marks::line_bits - 1);
            and_(scratch.cvt32(), 2 * (Marks::count - 1));
            add(scratch, field(hart_.marks));
            mov(word[scratch], hart_.mark);
        }
        if (c.rs2 == 0) {
            switch (o) {
            case Op::sb_4: mov(byte[at], 0); break;
            case Op::sh_4: mov(word[at], 0); break;
            case Op::sw_4: mov(dword[at], 0); break;
            default: mov(qword[at], 0); break;
            }
            return;
        }
        const Reg64 v = value(c.rs2, scratch);
        switch (o) {
        case Op::sb_4: mov(byte[at], v.cvt8()); break;
        case Op::sh_4: mov(word[at], v.cvt16()); break;
        case Op::sw_4: mov(dword[at], v.cvt32()); break;
        default: mov(qword[at], v); break;
        }
    }
    /// Jumps where a store to RAM must not be done here: nobody may have told of its page, or it could be in two.
    void ask_about_page(const Step& at, const Reg64& base, Late& ask) {
        lea(rax, ptr[base + displacement(at.code.immediate)]);
        if (const std::uint32_t odd = (1u << width_of(op(at))) - 1; odd != 0) {
            test(eax, odd);
            ask.other = ahead(If::not_equal);
        }
        static_assert(riscv::page_size == 4096);
        shr(rax, 12);
        add(rax, field(hart_.free_pages));
        cmp(byte[rax], 0);
        ask.from = ahead(If::equal);
    }
    /// Of step i, or of the scaled load that begins there: `offset` is the host's address minus the guest's. rax and rdx are free.
    void touch_at(const Reg64& offset, std::size_t i) {
        const auto load = scaled(i);
        const Step& at = step(load ? i + 2 : i);
        const std::size_t distance = displacement(at.code.immediate);
        if (!load && held(at.code.rs1))
            return touch(at.code, op(at), offset + reg(at.code.rs1) + distance, rdx);
        if (offset.getIdx() != rax.getIdx()) mov(rax, offset);
        if (load) {
            add(rax, reg(load->base));
            return touch(at.code, op(at), rax + index_of(*load) + distance, rdx);
        }
        add(rax, memory(at.code.rs1));
        touch(at.code, op(at), rax + distance, rdx);
    }
    /// rdx: the entry that served this access last, in the table of the context that the hart is in. What it says of its page is
    /// true, whatever page is asked for, and nobody waits for an address to find it.
    void guess_entry(std::uint32_t guess, bool stores) {
        mov(edx, dword[place_of(hart_.guesses + guess)]);
        add(rdx, field(stores ? hart_.stores : hart_.loads));
    }

private:
    std::size_t guesses_ = 0;  // that accesses have been given
};

}  // namespace wirewrap::jit
