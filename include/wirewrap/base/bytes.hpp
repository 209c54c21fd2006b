// Byte counts as a type of their own: a size never mixes with an address or a count of something else.
//
//     using namespace wirewrap::literals;
//     constexpr Bytes ram = 64_MiB;              // 67108864 bytes
//     static_assert(ram / 4_KiB == 16384);       // pages
//     static_assert(ram % 4_KiB == 0_B);
#pragma once

#include <compare>
#include <cstdint>

#include <wirewrap/base/language.hpp>

namespace wirewrap {

/// A number of bytes, 64 bits wide on every host. A 32-bit size field is where QEMU's 40p and xtensa boards lose RAM.
struct Bytes {
    std::uint64_t count = 0;

    friend constexpr auto operator<=>(const Bytes&, const Bytes&) = default;

    friend constexpr Bytes operator+(Bytes a, Bytes b) { return {a.count + b.count}; }
    friend constexpr Bytes operator-(Bytes a, Bytes b) { return {a.count - b.count}; }
    friend constexpr Bytes operator*(Bytes a, std::uint64_t n) { return {a.count * n}; }
    friend constexpr Bytes operator*(std::uint64_t n, Bytes a) { return a * n; }
    friend constexpr Bytes operator/(Bytes a, std::uint64_t n) { return {a.count / n}; }
    friend constexpr std::uint64_t operator/(Bytes a, Bytes b) { return a.count / b.count; }
    friend constexpr Bytes operator%(Bytes a, Bytes b) { return {a.count % b.count}; }
    constexpr Bytes& operator+=(Bytes b) { return *this = *this + b; }
    constexpr Bytes& operator-=(Bytes b) { return *this = *this - b; }
};

/// True for 1, 2, 4, 8 … bytes; 0 is not a power of two.
constexpr bool is_power_of_two(Bytes size) { return size.count != 0 && (size.count & (size.count - 1)) == 0; }

namespace detail {
// Not constexpr, so that a compiler that comes here refuses the literal and prints the name.
inline void this_byte_count_does_not_fit_in_64_bits() {}

consteval Bytes scaled(unsigned long long n, unsigned shift) {
    if (n > (~0ULL >> shift)) this_byte_count_does_not_fit_in_64_bits();
    return {n << shift};
}
}  // namespace detail

namespace literals {
consteval Bytes operator""_B(unsigned long long n) { return {n}; }
consteval Bytes operator""_KiB(unsigned long long n) { return detail::scaled(n, 10); }
consteval Bytes operator""_MiB(unsigned long long n) { return detail::scaled(n, 20); }
consteval Bytes operator""_GiB(unsigned long long n) { return detail::scaled(n, 30); }
consteval Bytes operator""_TiB(unsigned long long n) { return detail::scaled(n, 40); }
}  // namespace literals

}  // namespace wirewrap
