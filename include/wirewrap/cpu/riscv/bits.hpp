// What the instructions of Zba, Zbb and Zbs compute, as functions: two sources, or one and an immediate.
//
//     static_assert(bits::sh1add(3, 100) == 106);
//     static_assert(bits::orc_b(0x0100'0020, 0) == 0xff00'00ff);
//
// Source: RISC-V unprivileged architecture, chapter "B" Extension for Bit Manipulation, version 1.0.0.
#pragma once

#include <algorithm>
#include <bit>
#include <cstdint>

#include <wirewrap/base/language.hpp>

/// BINARY(name): from rs1 and rs2, of which some look at rs1 only. SHIFT(name): as `like`, by an immediate.
// clang-format off
#define WIREWRAP_RISCV_BIT_OPERATIONS(BINARY, SHIFT)                                                        \
    BINARY(sh1add) BINARY(sh2add) BINARY(sh3add)                                                            \
    BINARY(add_uw) BINARY(sh1add_uw) BINARY(sh2add_uw) BINARY(sh3add_uw) SHIFT(slli_uw)             \
    BINARY(andn) BINARY(orn) BINARY(xnor) BINARY(max) BINARY(maxu) BINARY(min) BINARY(minu)                 \
    BINARY(clz) BINARY(ctz) BINARY(cpop) BINARY(clzw) BINARY(ctzw) BINARY(cpopw)                            \
    BINARY(sext_b) BINARY(sext_h) BINARY(zext_h) BINARY(orc_b) BINARY(rev8)                                 \
    BINARY(rol) BINARY(ror) BINARY(rolw) BINARY(rorw) SHIFT(rori) SHIFT(roriw)                   \
    BINARY(bclr) BINARY(bext) BINARY(binv) BINARY(bset)                                                     \
    SHIFT(bclri) SHIFT(bexti) SHIFT(binvi) SHIFT(bseti)
// clang-format on

namespace wirewrap::riscv::bits {

using u64 = std::uint64_t;
using u32 = std::uint32_t;
using i64 = std::int64_t;

namespace detail {
constexpr u64 word(u32 value) { return static_cast<u64>(i64{static_cast<std::int32_t>(value)}); }
constexpr u64 low(u64 a) { return static_cast<u32>(a); }
constexpr u64 bit(u64 b) { return u64{1} << (b & 63); }
}  // namespace detail

constexpr u64 sh1add(u64 a, u64 b) { return (a << 1) + b; }
constexpr u64 sh2add(u64 a, u64 b) { return (a << 2) + b; }
constexpr u64 sh3add(u64 a, u64 b) { return (a << 3) + b; }
constexpr u64 add_uw(u64 a, u64 b) { return detail::low(a) + b; }
constexpr u64 sh1add_uw(u64 a, u64 b) { return sh1add(detail::low(a), b); }
constexpr u64 sh2add_uw(u64 a, u64 b) { return sh2add(detail::low(a), b); }
constexpr u64 sh3add_uw(u64 a, u64 b) { return sh3add(detail::low(a), b); }
constexpr u64 slli_uw(u64 a, u64 b) { return detail::low(a) << (b & 63); }

constexpr u64 andn(u64 a, u64 b) { return a & ~b; }
constexpr u64 orn(u64 a, u64 b) { return a | ~b; }
constexpr u64 xnor(u64 a, u64 b) { return ~(a ^ b); }
constexpr u64 max(u64 a, u64 b) { return static_cast<i64>(a) < static_cast<i64>(b) ? b : a; }
constexpr u64 maxu(u64 a, u64 b) { return std::max(a, b); }
constexpr u64 min(u64 a, u64 b) { return static_cast<i64>(a) < static_cast<i64>(b) ? a : b; }
constexpr u64 minu(u64 a, u64 b) { return std::min(a, b); }
constexpr u64 clz(u64 a, u64) { return static_cast<u64>(std::countl_zero(a)); }
constexpr u64 ctz(u64 a, u64) { return static_cast<u64>(std::countr_zero(a)); }
constexpr u64 cpop(u64 a, u64) { return static_cast<u64>(std::popcount(a)); }
constexpr u64 clzw(u64 a, u64) { return static_cast<u64>(std::countl_zero(static_cast<u32>(a))); }
constexpr u64 ctzw(u64 a, u64) { return static_cast<u64>(std::countr_zero(static_cast<u32>(a))); }
constexpr u64 cpopw(u64 a, u64) { return static_cast<u64>(std::popcount(static_cast<u32>(a))); }
constexpr u64 sext_b(u64 a, u64) { return static_cast<u64>(i64{static_cast<std::int8_t>(a)}); }
constexpr u64 sext_h(u64 a, u64) { return static_cast<u64>(i64{static_cast<std::int16_t>(a)}); }
constexpr u64 zext_h(u64 a, u64) { return static_cast<std::uint16_t>(a); }
/// Each byte that is not zero becomes all ones.
constexpr u64 orc_b(u64 a, u64) {
    constexpr u64 sevens = 0x7f7f'7f7f'7f7f'7f7f;
    const u64 tops = (((a & sevens) + sevens) | a) & ~sevens;
    return (tops >> 7) * 0xff;
}
constexpr u64 rev8(u64 a, u64) { return __builtin_bswap64(a); }
constexpr u64 rol(u64 a, u64 b) { return std::rotl(a, static_cast<int>(b & 63)); }
constexpr u64 ror(u64 a, u64 b) { return std::rotr(a, static_cast<int>(b & 63)); }
constexpr u64 rolw(u64 a, u64 b) {
    return detail::word(std::rotl(static_cast<u32>(a), static_cast<int>(b & 31)));
}
constexpr u64 rorw(u64 a, u64 b) {
    return detail::word(std::rotr(static_cast<u32>(a), static_cast<int>(b & 31)));
}

constexpr u64 bclr(u64 a, u64 b) { return a & ~detail::bit(b); }
constexpr u64 bext(u64 a, u64 b) { return a >> (b & 63) & 1; }
constexpr u64 binv(u64 a, u64 b) { return a ^ detail::bit(b); }
constexpr u64 bset(u64 a, u64 b) { return a | detail::bit(b); }

// By an immediate.
constexpr u64 rori(u64 a, u64 b) { return ror(a, b); }
constexpr u64 roriw(u64 a, u64 b) { return rorw(a, b); }
constexpr u64 bclri(u64 a, u64 b) { return bclr(a, b); }
constexpr u64 bexti(u64 a, u64 b) { return bext(a, b); }
constexpr u64 binvi(u64 a, u64 b) { return binv(a, b); }
constexpr u64 bseti(u64 a, u64 b) { return bset(a, b); }

}  // namespace wirewrap::riscv::bits
