// Conversions between formats and integers, comparisons, minimum and maximum, classes.
//
//     to_integer<Double, std::int32_t>(bits, Rounding::to_zero, flags)     // what is out of range saturates
#pragma once

#include <bit>
#include <cstdint>
#include <limits>
#include <type_traits>

#include <wirewrap/cpu/riscv/float/arithmetic.hpp>

namespace wirewrap::riscv::floating {

/// T is a signed or unsigned integer. NaN and what is too large become the largest T, what is too small the smallest.
template <class F, class T>
constexpr T to_integer(typename F::Bits a, Rounding mode, Flags& flags) {
    using Limits = std::numeric_limits<T>;
    const bool negative = F::negative(a) && !F::is_nan(a);
    const auto out_of_range = [&] {
        flags |= invalid;
        return negative ? Limits::min() : Limits::max();
    };
    if (F::is_nan(a) || F::is_infinite(a)) return out_of_range();
    const Unpacked x = unpack<F>(a);
    if (x.significand == 0) return 0;
    if (x.exponent > 63) return out_of_range();
    const Rounded rounded = drop_bits(x.significand, 63 - x.exponent, negative, mode);
    // How far from zero T reaches on this side.
    const std::uint64_t most = negative ? (std::is_signed_v<T> ? std::uint64_t{Limits::max()} + 1 : 0)
                                        : std::uint64_t{Limits::max()};
    if (rounded.kept > most) return out_of_range();
    if (rounded.inexact) flags |= inexact;
    return static_cast<T>(negative ? 0 - rounded.kept : rounded.kept);
}

template <class F, class T>
constexpr typename F::Bits from_integer(T value, Rounding mode, Flags& flags) {
    if (value == 0) return 0;
    const bool negative = value < 0;
    const auto wide = static_cast<std::uint64_t>(value);
    const std::uint64_t magnitude = negative ? 0 - wide : wide;
    const int zeros = std::countl_zero(magnitude);
    return pack<F>({negative, 63 - zeros, magnitude << zeros}, mode, flags);
}

template <class To, class From>
constexpr typename To::Bits convert(typename From::Bits a, Rounding mode, Flags& flags) {
    if (From::is_nan(a)) {
        if (From::is_signaling(a)) flags |= invalid;
        return To::canonical_nan;
    }
    if (From::is_infinite(a)) return To::signed_as(From::negative(a), To::infinity);
    if (From::is_zero(a)) return To::signed_as(From::negative(a), 0);
    return pack<To>(unpack<From>(a), mode, flags);
}

/// For numbers: a < b, where -0 is not less than +0.
template <class F>
constexpr bool less(typename F::Bits a, typename F::Bits b) {
    if (F::is_zero(a) && F::is_zero(b)) return false;
    if (F::negative(a) != F::negative(b)) return F::negative(a);
    return F::negative(a) ? F::magnitude(a) > F::magnitude(b) : a < b;
}

enum class Relation : std::uint8_t { less_or_equal, less, equal };

/// Only equality lets quiet NaNs pass without a flag.
template <class F>
constexpr bool compare(Relation relation, typename F::Bits a, typename F::Bits b, Flags& flags) {
    if (F::is_nan(a) || F::is_nan(b)) {
        if (relation != Relation::equal || F::is_signaling(a) || F::is_signaling(b)) flags |= invalid;
        return false;
    }
    switch (relation) {
    case Relation::less: return less<F>(a, b);
    case Relation::less_or_equal: return !less<F>(b, a);
    default: return a == b || (F::is_zero(a) && F::is_zero(b));
    }
}

/// minimumNumber and maximumNumber of IEEE 754-2019: a NaN gives way to a number, and -0 is less than +0.
template <class F>
constexpr typename F::Bits extreme(bool largest, typename F::Bits a, typename F::Bits b, Flags& flags) {
    if (F::is_signaling(a) || F::is_signaling(b)) flags |= invalid;
    if (F::is_nan(a)) return F::is_nan(b) ? F::canonical_nan : b;
    if (F::is_nan(b)) return a;
    const bool a_first = F::is_zero(a) && F::is_zero(b) ? F::negative(a) : less<F>(a, b);
    return a_first != largest ? a : b;
}

/// The bit of fclass.
template <class F>
constexpr std::uint64_t class_of(typename F::Bits a) {
    if (F::is_nan(a)) return F::is_signaling(a) ? 1u << 8 : 1u << 9;
    const bool negative = F::negative(a), subnormal = F::magnitude(a) <= F::fraction_mask;
    if (F::is_infinite(a)) return negative ? 1u << 0 : 1u << 7;
    if (F::is_zero(a)) return negative ? 1u << 3 : 1u << 4;
    if (subnormal) return negative ? 1u << 2 : 1u << 5;
    return negative ? 1u << 1 : 1u << 6;
}

}  // namespace wirewrap::riscv::floating
