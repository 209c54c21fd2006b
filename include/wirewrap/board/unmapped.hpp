// What an access finds where nothing answers. Without a word it is a fault; a board whose bus floats says what it reads:
//
//     static constexpr auto unmapped = reads_as(0xff);      // pulled up: each byte reads as ff, stores vanish
//     static constexpr auto unmapped = reads_as_last;       // the bytes that the bus moved last are still on it
//
// The bytes of a narrow access are on every lane of the bus: after the byte 21, four bytes read as 21 21 21 21. Entries that
// are `reserved` fault all the same, and so does an access that runs past the last address, 2^64 - 1.
#pragma once

#include <cstdint>

#include <wirewrap/base/language.hpp>

namespace wirewrap {

struct Unmapped {
    enum class Kind : std::uint8_t { faults, constant, last };
    Kind kind = Kind::faults;
    std::uint8_t value = 0;  // of each byte, when it is a constant

    constexpr bool faults() const { return kind == Kind::faults; }
};

constexpr Unmapped reads_as(std::uint8_t value) { return {Unmapped::Kind::constant, value}; }
inline constexpr Unmapped reads_as_last{Unmapped::Kind::last, 0};

}  // namespace wirewrap
