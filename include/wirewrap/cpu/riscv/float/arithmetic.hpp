// Addition, multiplication, both at once, division and square root, exact to the last bit and flag in every rounding mode.
// Everything is integer arithmetic: the host's floating point unit knows no rounding to nearest with ties away from zero,
// and its flags and modes cost more to read and set than these few shifts.
//
//     Flags flags = 0;
//     add<Double>(a, b, Rounding::to_nearest_even, flags)
//
// Results that are no numbers are the canonical NaN, as RISC-V has it.
#pragma once

#include <algorithm>
#include <bit>
#include <cstdint>
#include <utility>

#include <wirewrap/cpu/riscv/float/rounding.hpp>

namespace wirewrap::riscv::floating {

namespace detail {

__extension__ using u128 = unsigned __int128;

/// The canonical NaN; flagged when one of the operands is a signaling one.
template <class F, class... Operands>
constexpr typename F::Bits not_a_number(Flags& flags, Operands... operands) {
    if ((F::is_signaling(operands) || ...)) flags |= invalid;
    return F::canonical_nan;
}
template <class F>
constexpr typename F::Bits invalid_operation(Flags& flags) {
    flags |= invalid;
    return F::canonical_nan;
}

/// A value whose significand has 128 bits, of which bit 126 is the highest that is set, unless it is zero.
struct Wide {
    bool negative = false;
    int exponent = 0;
    u128 significand = 0;
};
constexpr Wide widened(const Unpacked& x) { return {x.negative, x.exponent, u128{x.significand} << 63}; }

/// Shifted right; what falls out leaves the lowest bit set.
constexpr u128 jammed(u128 value, int count) {
    if (count > 127) return value != 0;
    const u128 out = value & ((u128{1} << count) - 1);
    return value >> count | (out != 0);
}

/// The sum of two values that are not both zero, as a number.
template <class F>
constexpr typename F::Bits sum(Wide a, Wide b, Rounding mode, Flags& flags) {
    if (a.significand == 0) a.exponent = b.exponent;
    if (b.significand == 0) b.exponent = a.exponent;
    if (a.exponent < b.exponent || (a.exponent == b.exponent && a.significand < b.significand))
        std::swap(a, b);
    const u128 small = jammed(b.significand, a.exponent - b.exponent);
    u128 total = a.negative == b.negative ? a.significand + small : a.significand - small;
    if (total == 0) return F::signed_as(mode == Rounding::down, 0);
    const auto high = static_cast<std::uint64_t>(total >> 64);
    const int zeros = high != 0 ? std::countl_zero(high)
                                : 64 + std::countl_zero(static_cast<std::uint64_t>(total));
    total <<= zeros;
    const auto significand = static_cast<std::uint64_t>(total >> 64) |
                             (static_cast<std::uint64_t>(total) != 0 ? 1u : 0u);
    return pack<F>({a.negative, a.exponent + 1 - zeros, significand}, mode, flags);
}

constexpr Wide product(const Unpacked& a, const Unpacked& b) {
    // Two significands of 64 bits: bit 127 or 126 of the product is the highest.
    const u128 whole = u128{a.significand} * b.significand;
    const int high = whole >> 127 != 0 ? 1 : 0;
    return {a.negative != b.negative, a.exponent + b.exponent + high, jammed(whole, high)};
}

/// The highest 64 bits of a root of a number of 127 or 128 bits; the lowest one also stands for a remainder.
constexpr std::uint64_t root(u128 square) {
    std::uint64_t result = 0;
    u128 rest = 0;
    for (int i = 63; i >= 0; --i) {
        rest = rest << 2 | (square >> (2 * i) & 3);
        const u128 trial = u128{result} << 2 | 1;
        const bool fits = rest >= trial;
        if (fits) rest -= trial;
        result = result << 1 | (fits ? 1 : 0);
    }
    return result | (rest != 0 ? 1 : 0);
}

}  // namespace detail

template <class F>
constexpr typename F::Bits add(typename F::Bits a, typename F::Bits b, Rounding mode, Flags& flags) {
    if (F::is_nan(a) || F::is_nan(b)) return detail::not_a_number<F>(flags, a, b);
    if (F::is_infinite(a)) return F::is_infinite(b) && a != b ? detail::invalid_operation<F>(flags) : a;
    if (F::is_infinite(b)) return b;
    if (F::is_zero(a) && F::is_zero(b)) return a == b ? a : F::signed_as(mode == Rounding::down, 0);
    return detail::sum<F>(detail::widened(unpack<F>(a)), detail::widened(unpack<F>(b)), mode, flags);
}

/// a * b + c, rounded once.
template <class F>
constexpr typename F::Bits multiply_add(typename F::Bits a, typename F::Bits b, typename F::Bits c,
                                        Rounding mode, Flags& flags) {
    const bool vanishes = F::is_zero(a) || F::is_zero(b), grows = F::is_infinite(a) || F::is_infinite(b);
    const bool negative = F::negative(a) != F::negative(b);
    // Infinity times zero is invalid even where a quiet NaN is added.
    if (vanishes && grows && !F::is_signaling(c)) return detail::invalid_operation<F>(flags);
    if (F::is_nan(a) || F::is_nan(b) || F::is_nan(c)) return detail::not_a_number<F>(flags, a, b, c);
    if (grows)
        return F::is_infinite(c) && F::negative(c) != negative ? detail::invalid_operation<F>(flags)
                                                               : F::signed_as(negative, F::infinity);
    if (F::is_infinite(c)) return c;
    if (vanishes) {
        if (!F::is_zero(c)) return c;
        return F::negative(c) == negative ? c : F::signed_as(mode == Rounding::down, 0);
    }
    return detail::sum<F>(detail::product(unpack<F>(a), unpack<F>(b)), detail::widened(unpack<F>(c)), mode,
                          flags);
}

template <class F>
constexpr typename F::Bits multiply(typename F::Bits a, typename F::Bits b, Rounding mode, Flags& flags) {
    if (F::is_nan(a) || F::is_nan(b)) return detail::not_a_number<F>(flags, a, b);
    // A zero of the product's own sign changes nothing, not even the sign of a zero.
    return multiply_add<F>(a, b, F::signed_as(F::negative(a) != F::negative(b), 0), mode, flags);
}

template <class F>
constexpr typename F::Bits divide(typename F::Bits a, typename F::Bits b, Rounding mode, Flags& flags) {
    if (F::is_nan(a) || F::is_nan(b)) return detail::not_a_number<F>(flags, a, b);
    const bool negative = F::negative(a) != F::negative(b);
    if (F::is_infinite(a))
        return F::is_infinite(b) ? detail::invalid_operation<F>(flags) : F::signed_as(negative, F::infinity);
    if (F::is_infinite(b)) return F::signed_as(negative, 0);
    if (F::is_zero(b)) {
        if (F::is_zero(a)) return detail::invalid_operation<F>(flags);
        flags |= divide_by_zero;
        return F::signed_as(negative, F::infinity);
    }
    if (F::is_zero(a)) return F::signed_as(negative, 0);
    const Unpacked over = unpack<F>(a), under = unpack<F>(b);
    const bool less = over.significand < under.significand;
    const detail::u128 dividend = detail::u128{over.significand} << (less ? 64 : 63);
    const auto quotient = static_cast<std::uint64_t>(dividend / under.significand);
    const bool exact = detail::u128{quotient} * under.significand == dividend;
    return pack<F>({negative, over.exponent - under.exponent - (less ? 1 : 0), quotient | (exact ? 0 : 1)},
                   mode, flags);
}

template <class F>
constexpr typename F::Bits square_root(typename F::Bits a, Rounding mode, Flags& flags) {
    if (F::is_nan(a)) return detail::not_a_number<F>(flags, a);
    if (F::is_zero(a)) return a;
    if (F::negative(a)) return detail::invalid_operation<F>(flags);
    if (F::is_infinite(a)) return a;
    const Unpacked x = unpack<F>(a);
    const bool odd = (x.exponent & 1) != 0;
    const detail::u128 square = detail::u128{x.significand} << (odd ? 64 : 63);
    return pack<F>({false, (x.exponent - (odd ? 1 : 0)) / 2, detail::root(square)}, mode, flags);
}

}  // namespace wirewrap::riscv::floating
