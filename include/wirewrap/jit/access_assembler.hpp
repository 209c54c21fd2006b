// Loads and stores at a place in host memory, and where a virtual address is looked up for one.
//
//     lw a0, 8(a1) ─> movsxd rdi, dword [r15 + rsi + 8]         sd zero, 0(sp) ─> mov qword [r15 + rcx], 0
#pragma once

#include <cstddef>
#include <cstdint>

#include <wirewrap/cpu/riscv/store_marks.hpp>
#include <wirewrap/cpu/riscv/translation_cache.hpp>
#include <wirewrap/jit/access_groups.hpp>
#include <wirewrap/jit/arithmetic.hpp>

namespace wirewrap::jit {

class AccessAssembler : protected Arithmetic {
protected:
    using Cache = riscv::TranslationCache;
    using Arithmetic::Arithmetic;

    static Op op(const Step& step) { return meaning(step.code.op); }

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
    /// Goes to `ask` where a store to RAM must not be done here: nobody may have told of its page, or it could be in two.
    void look_at_page(const Step& at, const Reg64& base, Label& ask) {
        lea(rax, ptr[base + displacement(at.code.immediate)]);
        if (const std::uint32_t odd = (1u << width_of(op(at))) - 1; odd != 0) {
            test(eax, odd);
            jnz(ask);
        }
        static_assert(riscv::page_size == 4096);
        shr(rax, 12);
        add(rax, field(hart_.free_pages));
        cmp(byte[rax], 0);
        je(ask);
    }
    /// Of an access: `offset` is the host's address minus the guest's. rax and rdx are free.
    void touch_at(const Reg64& offset, const Step& at) {
        const std::size_t distance = displacement(at.code.immediate);
        if (held(at.code.rs1)) return touch(at.code, op(at), offset + reg(at.code.rs1) + distance, rdx);
        if (offset.getIdx() != rax.getIdx()) mov(rax, offset);
        add(rax, memory(at.code.rs1));
        touch(at.code, op(at), rax + distance, rdx);
    }
    /// rdx: the entry that served this access last, in the table of the context that the hart is in. What it says of its page is
    /// true, whatever page is asked for, and nobody waits for an address to find it.
    void guess_entry(std::uint16_t guess, bool stores) {
        mov(edx, dword[place_of(hart_.guesses + guess)]);
        add(rdx, field(stores ? hart_.stores : hart_.loads));
    }
    /// rdx: the entry for the address in rax, the guess from now on.
    void find_entry(std::uint16_t guess, bool stores) {
        static_assert(Cache::page_bytes == 4096 && Cache::entry_bytes == 16);
        rorx(rdx, rax, 12 - 4);
        and_(rdx, field(hart_.places));
        mov(dword[place_of(hart_.guesses + guess)], edx);
        add(rdx, field(stores ? hart_.stores : hart_.loads));
    }
    /// r15, or where the host's stack has room.
    Xbyak::Address home(const AccessGroup& group) const {
        return qword[rsp + 8 * static_cast<std::size_t>(group.home - 1)];
    }
};

}  // namespace wirewrap::jit
