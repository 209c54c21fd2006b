// The instructions of F and D but loads and stores. All of them are one operation, `floating`, whose slot holds the bits of
// the instruction: what they cost is not the way to them.
//
//     at.slot = Floating<C>::execute(core, at.slot, at.budget);
//
// Registers of 64 bits hold single-precision numbers boxed in NaNs: all ones above them. Source: RISC-V unprivileged
// architecture, chapters 11 and 12; privileged architecture, 3.1.6.6 (mstatus.FS).
#pragma once

#include <cmath>
#include <cstdint>
#include <type_traits>

#include <wirewrap/cpu/riscv/code_page.hpp>
#include <wirewrap/cpu/riscv/csr.hpp>
#include <wirewrap/cpu/riscv/float/arithmetic.hpp>
#include <wirewrap/cpu/riscv/float/conversion.hpp>
#include <wirewrap/cpu/riscv/float/host.hpp>

namespace wirewrap::riscv {

template <class C>
class Floating {
    template <class F>
    using BitsOf = typename F::Bits;
    using Rounding = floating::Rounding;
    using Flags = floating::Flags;

public:
    [[gnu::noinline]] static const Slot* execute(C& core, const Slot* slot, std::int64_t now) {
        const auto raw = static_cast<std::uint32_t>(slot->immediate);
        if (!core.privileged.csrs.floating_on()) return core.illegal(slot, now);
        const bool done = (raw >> 25 & 1) != 0 ? run<floating::Double>(core, *slot, raw)
                                               : run<floating::Single>(core, *slot, raw);
        return done ? slot + 2 : core.illegal(slot, now);
    }

    /// What a load of T puts into a register.
    template <class T>
    static std::uint64_t boxed(T bits) {
        if constexpr (sizeof(T) == 4)
            return std::uint64_t{0xffff'ffff} << 32 | bits;
        else
            return bits;
    }

private:
    template <class F>
    static BitsOf<F> value(const C& core, unsigned number) {
        const std::uint64_t bits = core.floats[number];
        if constexpr (sizeof(BitsOf<F>) == 4) {
            if (bits >> 32 != 0xffff'ffff) return F::canonical_nan;
            return static_cast<std::uint32_t>(bits);
        } else {
            return bits;
        }
    }
    template <class F>
    static bool set(C& core, const Slot& slot, BitsOf<F> bits) {
        core.floats[slot.rd] = boxed(bits);
        core.privileged.csrs.touch_floating();
        return true;
    }
    static bool set_integer(C& core, const Slot& slot, std::uint64_t value) {
        core.x[slot.rd] = value;
        return true;
    }

    template <class F>
    static bool run(C& core, const Slot& slot, std::uint32_t raw) {
        const std::uint32_t function = raw >> 12 & 7;
        const std::uint8_t selected = function == 7 ? core.privileged.csrs.frm
                                                    : static_cast<std::uint8_t>(function);
        const bool rounds = selected < floating::rounding_modes;
        const auto mode = static_cast<Rounding>(selected);
        Flags flags = core.privileged.csrs.fflags;
        const bool done = (raw & 0x7f) != 0x53 ? rounds && fused<F>(core, slot, raw, mode, flags)
                                               : single<F>(core, slot, raw, function, rounds, mode, flags);
        if (done && flags != core.privileged.csrs.fflags) {
            core.privileged.csrs.fflags = flags;
            core.privileged.csrs.touch_floating();
        }
        return done;
    }

    static bool host_will_do(Rounding mode, Flags flags) {
        return floating::host_is_exact && mode == Rounding::to_nearest_even &&
               (flags & floating::inexact) != 0;
    }

    /// fmadd, fmsub, fnmsub, fnmadd: the product and the addend may be negated.
    template <class F>
    static bool fused(C& core, const Slot& slot, std::uint32_t raw, Rounding mode, Flags& flags) {
        const std::uint32_t opcode = raw & 0x7f;
        BitsOf<F> a = value<F>(core, slot.rs1), c = value<F>(core, raw >> 27);
        const BitsOf<F> b = value<F>(core, slot.rs2);
        if (opcode == 0x4b || opcode == 0x4f) a ^= F::sign_bit;
        if (opcode == 0x47 || opcode == 0x4f) c ^= F::sign_bit;
        BitsOf<F> result;
        const auto on_host = [](auto x, auto y, auto z) { return std::fma(x, y, z); };
        if (!host_will_do(mode, flags) || !floating::on_host<F>(result, on_host, a, b, c))
            result = floating::multiply_add<F>(a, b, c, mode, flags);
        return set<F>(core, slot, result);
    }

    /// The others, by the five bits of their function above the format.
    template <class F>
    static bool single(C& core, const Slot& slot, std::uint32_t raw, std::uint32_t function, bool rounds,
                       Rounding mode, Flags& flags) {
        using namespace floating;
        const BitsOf<F> a = value<F>(core, slot.rs1);
        const auto b = [&] { return value<F>(core, slot.rs2); };
        const auto arithmetic = [&](auto on_host, auto exact, auto... operands) {
            if (!rounds) return false;
            BitsOf<F> result;
            if (!host_will_do(mode, flags) || !floating::on_host<F>(result, on_host, operands...))
                result = exact(operands..., mode, flags);
            return set<F>(core, slot, result);
        };
        switch (raw >> 27) {
        case 0x00: return arithmetic([](auto x, auto y) { return x + y; }, floating::add<F>, a, b());
        case 0x01:
            // A NaN is not negated: it would be the same one.
            return arithmetic([](auto x, auto y) { return x + y; }, floating::add<F>, a,
                              static_cast<BitsOf<F>>(b() ^ F::sign_bit));
        case 0x02: return arithmetic([](auto x, auto y) { return x * y; }, floating::multiply<F>, a, b());
        case 0x03: return arithmetic([](auto x, auto y) { return x / y; }, floating::divide<F>, a, b());
        case 0x0b: return arithmetic([](auto x) { return std::sqrt(x); }, floating::square_root<F>, a);
        case 0x04: {
            BitsOf<F> sign = b();
            if (function == 1) sign = ~sign;
            if (function == 2) sign ^= a;
            return set<F>(core, slot, F::magnitude(a) | (sign & F::sign_bit));
        }
        case 0x05: return set<F>(core, slot, extreme<F>(function == 1, a, b(), flags));
        case 0x08:
            if (!rounds) return false;
            if constexpr (sizeof(BitsOf<F>) == 4)
                return set<F>(core, slot, convert<F, Double>(value<Double>(core, slot.rs1), mode, flags));
            else
                return set<F>(core, slot, convert<F, Single>(value<Single>(core, slot.rs1), mode, flags));
        case 0x14: return set_integer(core, slot, compare<F>(static_cast<Relation>(function), a, b(), flags));
        case 0x18: return rounds && set_integer(core, slot, integer<F>(slot.rs2, a, mode, flags));
        case 0x1a: return rounds && set<F>(core, slot, number<F>(slot.rs2, core.x[slot.rs1], mode, flags));
        case 0x1c:
            if (function == 1) return set_integer(core, slot, class_of<F>(a));
            // As it is, boxed or not.
            return set_integer(core, slot,
                               sizeof(BitsOf<F>) == 4 ? word(core.floats[slot.rs1]) : core.floats[slot.rs1]);
        default: return set<F>(core, slot, static_cast<BitsOf<F>>(core.x[slot.rs1]));
        }
    }

    static std::uint64_t word(std::uint64_t value) {
        return static_cast<std::uint64_t>(std::int64_t{static_cast<std::int32_t>(value)});
    }
    /// `kind` is the rs2 field: W, WU, L, LU.
    template <class F>
    static std::uint64_t integer(unsigned kind, BitsOf<F> a, Rounding mode, Flags& flags) {
        using namespace floating;
        switch (kind) {
        case 0: return word(static_cast<std::uint32_t>(to_integer<F, std::int32_t>(a, mode, flags)));
        case 1: return word(to_integer<F, std::uint32_t>(a, mode, flags));
        case 2: return static_cast<std::uint64_t>(to_integer<F, std::int64_t>(a, mode, flags));
        default: return to_integer<F, std::uint64_t>(a, mode, flags);
        }
    }
    template <class F>
    static BitsOf<F> number(unsigned kind, std::uint64_t x, Rounding mode, Flags& flags) {
        using namespace floating;
        switch (kind) {
        case 0: return from_integer<F>(static_cast<std::int32_t>(x), mode, flags);
        case 1: return from_integer<F>(static_cast<std::uint32_t>(x), mode, flags);
        case 2: return from_integer<F>(static_cast<std::int64_t>(x), mode, flags);
        default: return from_integer<F>(x, mode, flags);
        }
    }
};

}  // namespace wirewrap::riscv
