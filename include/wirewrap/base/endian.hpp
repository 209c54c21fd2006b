// Integers in guest byte order at any host address, aligned or not.
//
//     std::uint32_t word = read_memory<std::uint32_t, std::endian::big>(bytes);
#pragma once

#include <bit>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <cstring>

#include <wirewrap/base/language.hpp>

namespace wirewrap {

/// The access widths of a bus: 8, 16, 32 and 64 bits, unsigned.
template <class T>
concept AccessWord = std::same_as<T, std::uint8_t> || std::same_as<T, std::uint16_t> ||
                     std::same_as<T, std::uint32_t> || std::same_as<T, std::uint64_t>;

// std::byteswap is C++23 but not in libstdc++ 12.
template <AccessWord T>
constexpr T swap_bytes(T value) {
    if constexpr (sizeof(T) == 1)
        return value;
    else if constexpr (sizeof(T) == 2)
        return __builtin_bswap16(value);
    else if constexpr (sizeof(T) == 4)
        return __builtin_bswap32(value);
    else
        return __builtin_bswap64(value);
}

template <AccessWord T, std::endian Order = std::endian::little>
[[gnu::always_inline]] inline T read_memory(const std::byte* from) {
    T value;
    std::memcpy(&value, from, sizeof value);
    if constexpr (Order != std::endian::native) value = swap_bytes(value);
    return value;
}

template <AccessWord T, std::endian Order = std::endian::little>
[[gnu::always_inline]] inline void write_memory(std::byte* to, T value) {
    if constexpr (Order != std::endian::native) value = swap_bytes(value);
    std::memcpy(to, &value, sizeof value);
}

}  // namespace wirewrap
