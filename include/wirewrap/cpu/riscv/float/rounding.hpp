// Rounding: in which direction, what is flagged, and how an exact result becomes a number of a format.
//
//     Flags flags;
//     pack<Single>({false, 0, ~0ull}, Rounding::to_zero, flags)     // 0x3fffffff, and flags.inexact
//
// Source: IEEE 754-2008, sections 4.3 and 7; RISC-V unprivileged architecture, 11.2: tininess is detected after rounding.
#pragma once

#include <cstdint>

#include <wirewrap/cpu/riscv/float/format.hpp>

namespace wirewrap::riscv::floating {

/// As the rm field of an instruction and frm number them.
enum class Rounding : std::uint8_t { to_nearest_even, to_zero, down, up, to_nearest_away };
inline constexpr std::uint8_t rounding_modes = 5;

/// Bits of fflags.
enum Flag : std::uint8_t { inexact = 1, underflow = 2, overflow = 4, divide_by_zero = 8, invalid = 16 };
using Flags = std::uint8_t;

struct Rounded {
    std::uint64_t kept;
    bool inexact;
};

/// `significand` without its lowest `dropped` bits, rounded. The lowest bit may stand for more that is not zero below it.
constexpr Rounded drop_bits(std::uint64_t significand, int dropped, bool negative, Rounding mode) {
    if (dropped <= 0) return {significand, false};
    if (dropped > 64) {
        significand = significand != 0;  // less than half of what could be kept
        dropped = 64;
    }
    const std::uint64_t half = std::uint64_t{1} << (dropped - 1);
    const std::uint64_t rest = dropped == 64 ? significand : significand & (2 * half - 1);
    const std::uint64_t kept = dropped == 64 ? 0 : significand >> dropped;
    bool more = false;
    switch (mode) {
    case Rounding::to_nearest_even: more = rest > half || (rest == half && (kept & 1) != 0); break;
    case Rounding::to_zero: break;
    case Rounding::down: more = negative && rest != 0; break;
    case Rounding::up: more = !negative && rest != 0; break;
    case Rounding::to_nearest_away: more = rest >= half; break;
    }
    return {kept + (more ? 1 : 0), rest != 0};
}

/// The number of format F for an exact value that is not zero.
template <class F>
constexpr typename F::Bits pack(const Unpacked& value, Rounding mode, Flags& flags) {
    using Bits = typename F::Bits;
    constexpr int spare = 64 - F::precision;
    const int below = value.exponent < F::lowest ? F::lowest - value.exponent : 0;
    const Rounded rounded = drop_bits(value.significand, spare + below, value.negative, mode);
    // The bit that is not stored carries into the exponent, and so does a significand that was rounded up to the next one.
    const std::uint64_t bits = below != 0 ? rounded.kept
                                          : (static_cast<std::uint64_t>(value.exponent - F::lowest)
                                             << (F::precision - 1)) +
                                                rounded.kept;
    if (bits >= F::infinity) {
        flags |= overflow | inexact;
        const bool largest = mode == Rounding::to_zero ||
                             mode == (value.negative ? Rounding::up : Rounding::down);
        return F::signed_as(value.negative, F::infinity - (largest ? 1 : 0));
    }
    if (rounded.inexact) {
        flags |= inexact;
        // Tiny is what would be so with exponents as low as one likes.
        const bool reaches = value.exponent == F::lowest - 1 &&
                             drop_bits(value.significand, spare, value.negative, mode).kept >> F::precision !=
                                 0;
        if (below != 0 && !reaches) flags |= underflow;
    }
    return F::signed_as(value.negative, static_cast<Bits>(bits));
}

}  // namespace wirewrap::riscv::floating
