// Instructions that compute from registers and immediates, one by one: three operands of the guest become two of the host,
// results of 32 bits are extended, and division is made to answer where the host's would trap.
//
//     add a0, a1, a2 ─> lea rdi, [rsi + r8]            sub a0, a1, a0 ─> neg rdi; add rdi, rsi
//     addw a0, a0, a1 ─> mov eax, edi; add eax, esi; movsxd rdi, eax
#pragma once

#include <cstddef>
#include <cstdint>
#include <utility>

#include <wirewrap/jit/guest_assembler.hpp>
#include <wirewrap/jit/idioms.hpp>

namespace wirewrap::jit {

class Arithmetic : protected GuestAssembler {
protected:
    using GuestAssembler::GuestAssembler;

    /// Code for an instruction of this kind whose result is not thrown away. False: it is of another kind.
    bool arithmetic(const Step& at) {
        const riscv::Instruction& c = at.code;
        const std::uint64_t immediate = static_cast<std::uint64_t>(std::int64_t{c.immediate});
        switch (at.op) {
        case Op::load_immediate_4: set(c.rd, immediate); break;
        case Op::auipc_4: set(c.rd, address_of(at) + immediate); break;
        case Op::move_4: move(c.rd, c.rs2); break;
        case Op::addi_4: add_immediate(c); break;
        case Op::andi_4:
            if (c.immediate == 255)
                zero_extend_byte(c);
            else
                with_immediate(c, [&](const auto& d) { and_(d, bits(c.immediate)); });
            break;
        case Op::ori_4: with_immediate(c, [&](const auto& d) { or_(d, bits(c.immediate)); }); break;
        case Op::xori_4: with_immediate(c, [&](const auto& d) { xor_(d, bits(c.immediate)); }); break;
        case Op::slli_4: with_immediate(c, [&](const auto& d) { shl(d, c.immediate & 63); }); break;
        case Op::srli_4: with_immediate(c, [&](const auto& d) { shr(d, c.immediate & 63); }); break;
        case Op::srai_4: with_immediate(c, [&](const auto& d) { sar(d, c.immediate & 63); }); break;
        case Op::slti_4: compare_immediate(c, [&] { setl(al); }); break;
        case Op::sltiu_4: compare_immediate(c, [&] { setb(al); }); break;
        case Op::addiw_4: add_immediate_word(at); break;
        case Op::slliw_4: word_result(c.rd, [&] { load32(rax, c.rs1), shl(eax, c.immediate & 31); }); break;
        case Op::srliw_4: word_result(c.rd, [&] { load32(rax, c.rs1), shr(eax, c.immediate & 31); }); break;
        case Op::sraiw_4: word_result(c.rd, [&] { load32(rax, c.rs1), sar(eax, c.immediate & 31); }); break;

        case Op::add_4: add_registers(c); break;
        case Op::sub_4: subtract(c); break;
        case Op::and__4: commutative(c, [&](const auto& d, const auto& b) { and_(d, b); }); break;
        case Op::or__4: commutative(c, [&](const auto& d, const auto& b) { or_(d, b); }); break;
        case Op::xor__4: commutative(c, [&](const auto& d, const auto& b) { xor_(d, b); }); break;
        case Op::mul_4: multiply(c); break;
        case Op::sll_4: shift(c, [&](const auto& d, const auto& a, const auto& n) { shlx(d, a, n); }); break;
        case Op::srl_4: shift(c, [&](const auto& d, const auto& a, const auto& n) { shrx(d, a, n); }); break;
        case Op::sra_4: shift(c, [&](const auto& d, const auto& a, const auto& n) { sarx(d, a, n); }); break;
        case Op::sllw_4: shift32(c, [&](const auto& n) { shlx(eax, eax, n); }); break;
        case Op::srlw_4: shift32(c, [&](const auto& n) { shrx(eax, eax, n); }); break;
        case Op::sraw_4: shift32(c, [&](const auto& n) { sarx(eax, eax, n); }); break;
        case Op::slt_4: compare_registers(c, [&] { setl(al); }); break;
        case Op::sltu_4: compare_registers(c, [&] { setb(al); }); break;
        case Op::addw_4:
            word_result(c.rd, [&] { word_operation(c, [&](const auto& b) { add(eax, b); }); });
            break;
        case Op::subw_4:
            word_result(c.rd, [&] { word_operation(c, [&](const auto& b) { sub(eax, b); }); });
            break;
        case Op::mulw_4:
            word_result(c.rd, [&] {
                if (c.rs2 == 0)
                    xor_(eax, eax);
                else
                    word_operation(c, [&](const auto& b) { imul(eax, b); });
            });
            break;
        case Op::mulh_4: multiply_high(c, [&](const auto& b) { imul(b); }); break;
        case Op::mulhu_4: multiply_high(c, [&](const auto& b) { mul(b); }); break;
        case Op::mulhsu_4: multiply_high_mixed(c); break;
        case Op::div_4: divide(c, true, true, false); break;
        case Op::divu_4: divide(c, true, false, false); break;
        case Op::rem_4: divide(c, true, true, true); break;
        case Op::remu_4: divide(c, true, false, true); break;
        case Op::divw_4: divide(c, false, true, false); break;
        case Op::divuw_4: divide(c, false, false, false); break;
        case Op::remw_4: divide(c, false, true, true); break;
        case Op::remuw_4: divide(c, false, false, true); break;
        default: return false;
        }
        return true;
    }

    void set(std::size_t rd, std::uint64_t value) {
        if (!held(rd) && value == static_cast<std::uint64_t>(std::int64_t{static_cast<std::int32_t>(value)}))
            return mov(memory(rd), value);
        const Reg64 d = result(rd);
        constant(d, value);
        keep(rd, d);
    }
    void move(std::size_t rd, std::size_t from) {
        if (from == 0) return set(rd, 0);
        if (held(rd)) return load(reg(rd), from);
        mov(memory(rd), value(from, rax));
    }
    void low_word_of(const LowWord& c) {
        const Reg64 d = result(c.to);
        load32(d, c.from);
        if (c.left != 0) shl(d, c.left);
        keep(c.to, d);
    }
    void add_immediate(const riscv::Instruction& c) {
        if (c.rd == c.rs1) return with(c.rd, [&](const auto& d) { add(d, bits(c.immediate)); });
        const Reg64 d = result(c.rd);
        if (held(c.rs1)) {
            lea(d, ptr[reg(c.rs1) + displacement(c.immediate)]);
        } else {
            load(d, c.rs1);
            add(d, bits(c.immediate));
        }
        keep(c.rd, d);
    }
    template <class F>
    void with_immediate(const riscv::Instruction& c, F f) {
        if (c.rd == c.rs1) return with(c.rd, f);
        const Reg64 d = result(c.rd);
        load(d, c.rs1);
        f(d);
        keep(c.rd, d);
    }
    void zero_extend_byte(const riscv::Instruction& c) {
        if (c.rs1 == 0) return set(c.rd, 0);
        const Reg64 d = result(c.rd);
        if (held(c.rs1))
            movzx(d.cvt32(), reg(c.rs1).cvt8());
        else
            movzx(d.cvt32(), byte[rbp + place_in_memory(c.rs1)]);
        keep(c.rd, d);
    }
    void sign_extend(std::size_t rd, std::size_t from) {
        if (from == 0) return set(rd, 0);
        const Reg64 d = result(rd);
        with32(from, [&](const auto& a) { movsxd(d, a); });
        keep(rd, d);
    }
    void add_immediate_word(const Step& at) {
        const riscv::Instruction& c = at.code;
        if (c.immediate == 0) return at.word ? move(c.rd, c.rs1) : sign_extend(c.rd, c.rs1);
        if (held(c.rs1))
            lea(eax, ptr[reg(c.rs1) + displacement(c.immediate)]);
        else
            load32(rax, c.rs1), add(eax, bits(c.immediate));
        extend_result(c.rd);
    }
    /// eax, sign-extended, is the result.
    void extend_result(std::size_t rd) {
        const Reg64 d = result(rd);
        movsxd(d, eax);
        keep(rd, d);
    }
    template <class F>
    void word_result(std::size_t rd, F f) {
        f();
        extend_result(rd);
    }
    template <class F>
    void word_operation(const riscv::Instruction& c, F f) {
        load32(rax, c.rs1);
        if (c.rs2 != 0) with32(c.rs2, f);
    }
    void add_registers(const riscv::Instruction& c) {
        if (held(c.rd) && c.rd != c.rs1 && c.rd != c.rs2 && held(c.rs1) && held(c.rs2))
            return lea(reg(c.rd), ptr[reg(c.rs1) + reg(c.rs2)]);
        commutative(c, [&](const auto& d, const auto& b) { add(d, b); });
    }
    /// rd = rs1 f rs2, where the order does not matter.
    template <class F>
    void commutative(const riscv::Instruction& c, F f) {
        std::size_t a = c.rs1, b = c.rs2;
        if (c.rd == b) std::swap(a, b);
        if (b == 0) {
            // x0 as an operand is rare: a zero in a register will do.
            const Reg64 d = held(c.rd) ? reg(c.rd) : rax;
            load(d, a);
            xor_(edx, edx);
            f(d, rdx);
            return keep(c.rd, d);
        }
        const Reg64 d = result(c.rd);
        if (!(held(c.rd) && c.rd == a)) load(d, a);
        with(b, [&](const auto& operand) { f(d, operand); });
        keep(c.rd, d);
    }
    void subtract(const riscv::Instruction& c) {
        if (c.rs2 == 0) return move(c.rd, c.rs1);
        if (held(c.rd) && c.rd == c.rs2 && c.rd != c.rs1) {
            neg(reg(c.rd));
            if (c.rs1 != 0) with(c.rs1, [&](const auto& a) { add(reg(c.rd), a); });
            return;
        }
        const Reg64 d = result(c.rd);
        if (!(held(c.rd) && c.rd == c.rs1)) load(d, c.rs1);
        with(c.rs2, [&](const auto& b) { sub(d, b); });
        keep(c.rd, d);
    }
    void multiply(const riscv::Instruction& c) {
        if (c.rs1 == 0 || c.rs2 == 0) return set(c.rd, 0);
        commutative(c, [&](const auto& d, const auto& b) { imul(d, b); });
    }
    template <class F>
    void multiply_high(const riscv::Instruction& c, F f) {
        if (c.rs1 == 0 || c.rs2 == 0) return set(c.rd, 0);
        load(rax, c.rs1);
        with(c.rs2, f);
        keep(c.rd, rdx);
    }
    /// Signed by unsigned: the unsigned product, minus 2^64 times b when a is negative.
    void multiply_high_mixed(const riscv::Instruction& c) {
        if (c.rs1 == 0 || c.rs2 == 0) return set(c.rd, 0);
        load(rax, c.rs1);
        with(c.rs2, [&](const auto& b) { mul(b); });
        load(rax, c.rs1);
        sar(rax, 63);
        with(c.rs2, [&](const auto& b) { and_(rax, b); });
        sub(rdx, rax);
        keep(c.rd, rdx);
    }
    template <class F>
    void shift(const riscv::Instruction& c, F f) {
        const Reg64 n = value(c.rs2, rdx);
        const Reg64 d = result(c.rd);
        if (c.rs1 == 0)
            load(rax, 0), f(d, rax, n);
        else
            with(c.rs1, [&](const auto& a) { f(d, a, n); });
        keep(c.rd, d);
    }
    template <class F>
    void shift32(const riscv::Instruction& c, F f) {
        const Reg64 n = value(c.rs2, rdx);
        load32(rax, c.rs1);
        f(n.cvt32());
        extend_result(c.rd);
    }
    template <class F>
    void compare_immediate(const riscv::Instruction& c, F set_al) {
        if (c.rs1 == 0)
            xor_(eax, eax), cmp(rax, bits(c.immediate));
        else
            with(c.rs1, [&](const auto& a) { cmp(a, bits(c.immediate)); });
        set_al();
        truth(c.rd);
    }
    template <class F>
    void compare_registers(const riscv::Instruction& c, F set_al) {
        const Reg64 a = value(c.rs1, rax);
        if (c.rs2 == 0)
            cmp(a, 0);
        else
            with(c.rs2, [&](const auto& b) { cmp(a, b); });
        set_al();
        truth(c.rd);
    }
    void truth(std::size_t rd) {
        const Reg64 d = result(rd);
        movzx(d.cvt32(), al);
        keep(rd, d);
    }

    void divide(const riscv::Instruction& c, bool wide, bool is_signed, bool wants_rest) {
        const auto a = [&] {
            if (wide)
                load(rax, c.rs1);
            else
                load32(rax, c.rs1);
        };
        const auto finish = [&] {
            if (wide)
                keep(c.rd, rax);
            else
                extend_result(c.rd);
        };
        a();
        if (c.rs2 == 0) {  // division by zero: all ones, and the rest is the dividend
            if (!wants_rest) or_(rax, bits(-1));
            return finish();
        }
        const auto with_divisor = [&](auto f) {
            if (wide)
                with(c.rs2, f);
            else
                with32(c.rs2, f);
        };
        with_divisor([&](const auto& b) { cmp(b, 0); });
        Late late{.what = Late::What::division, .from = ahead(If::equal)};
        if (is_signed) {
            with_divisor([&](const auto& b) { cmp(b, bits(-1)); });
            late.other = ahead(If::equal);
            if (wide)
                cqo();
            else
                cdq();
            with_divisor([&](const auto& b) { idiv(b); });
        } else {
            xor_(edx, edx);
            with_divisor([&](const auto& b) { div(b); });
        }
        if (wants_rest) mov(rax, rdx);
        late.back = here();
        late.number = wants_rest;
        finish();
        late_.push_back(late);
    }
    /// Where the host would trap. The dividend is in rax.
    void divide_specially(const Late& late) {
        const bool wants_rest = late.number != 0;
        land(late.from);  // by zero: all ones, and the rest is the dividend
        if (!wants_rest) or_(rax, bits(-1));
        jump(late.back);
        if (late.other.end == 0) return;
        land(late.other);  // by minus one, where the most negative number overflows
        if (wants_rest)
            xor_(eax, eax);
        else
            neg(rax);
        jump(late.back);
    }
};

}  // namespace wirewrap::jit
