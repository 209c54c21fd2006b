// Integer arithmetic that C++ leaves undefined or has no type for.
#pragma once

#include <wirewrap/base/language.hpp>

#include <cstdint>
#include <type_traits>

namespace wirewrap::riscv {

__extension__ using i128 = __int128;
__extension__ using u128 = unsigned __int128;

template <class T>
constexpr bool signed_less(T a, T b) {
    return static_cast<std::make_signed_t<T>>(a) < static_cast<std::make_signed_t<T>>(b);
}

/// Division by zero gives all ones, and the overflow of a signed division wraps.
template <class T>
[[gnu::always_inline]] constexpr std::uint64_t quotient(T a, T b) {
    if (b == 0) return ~std::uint64_t{0};
    if constexpr (std::is_signed_v<T>)
        if (b == -1) return std::uint64_t{0} - static_cast<std::uint64_t>(a);
    return static_cast<std::uint64_t>(a / b);
}
template <class T>
[[gnu::always_inline]] constexpr std::uint64_t remainder(T a, T b) {
    if (b == 0) return static_cast<std::uint64_t>(a);
    if constexpr (std::is_signed_v<T>)
        if (b == -1) return 0;
    return static_cast<std::uint64_t>(a % b);
}

}  // namespace wirewrap::riscv
