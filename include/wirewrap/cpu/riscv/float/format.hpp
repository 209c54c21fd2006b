// The two formats of F and D, binary32 and binary64 of IEEE 754, as bits; and what the parts of a number are.
//
//     Single::canonical_nan                         // 0x7fc00000
//     unpack<Double>(0x4008000000000000).exponent   // 1: 3.0 is 1.5 times 2
#pragma once

#include <bit>
#include <cstdint>

#include <wirewrap/base/language.hpp>

namespace wirewrap::riscv::floating {

/// `Precision` counts the bits of a significand with the one that is not stored.
template <class Word, int Precision, int Bias>
struct Format {
    using Bits = Word;
    static constexpr int precision = Precision, bias = Bias,
                         lowest = 1 - Bias;  // exponent of the smallest normal number
    static constexpr Bits sign_bit = Bits{1} << (8 * sizeof(Bits) - 1);
    static constexpr Bits fraction_mask = (Bits{1} << (Precision - 1)) - 1;
    static constexpr Bits infinity = (sign_bit - 1) & ~fraction_mask;
    static constexpr Bits quiet_bit = Bits{1} << (Precision - 2);
    static constexpr Bits canonical_nan = infinity | quiet_bit;

    static constexpr bool negative(Bits x) { return (x & sign_bit) != 0; }
    static constexpr Bits magnitude(Bits x) { return x & ~sign_bit; }
    static constexpr bool is_nan(Bits x) { return magnitude(x) > infinity; }
    static constexpr bool is_signaling(Bits x) { return is_nan(x) && (x & quiet_bit) == 0; }
    static constexpr bool is_infinite(Bits x) { return magnitude(x) == infinity; }
    static constexpr bool is_zero(Bits x) { return magnitude(x) == 0; }
    static constexpr Bits signed_as(bool negative, Bits x) { return negative ? x | sign_bit : x; }
};

using Single = Format<std::uint32_t, 24, 127>;
using Double = Format<std::uint64_t, 53, 1023>;

/// A finite number: significand / 2^63 * 2^exponent, where bit 63 of the significand is set unless it is zero.
struct Unpacked {
    bool negative = false;
    int exponent = 0;
    std::uint64_t significand = 0;
};

/// Of a finite number.
template <class F>
constexpr Unpacked unpack(typename F::Bits x) {
    const bool negative = F::negative(x);
    const auto field = static_cast<int>(F::magnitude(x) >> (F::precision - 1));
    const std::uint64_t fraction = x & F::fraction_mask;
    if (field != 0)
        return {negative, field - F::bias,
                (fraction | std::uint64_t{1} << (F::precision - 1)) << (64 - F::precision)};
    if (fraction == 0) return {negative, 0, 0};
    const int zeros = std::countl_zero(fraction);
    return {negative, F::lowest + (63 - zeros) - (F::precision - 1), fraction << zeros};
}

}  // namespace wirewrap::riscv::floating
