// Numbers as QEMU's options have them, which is as strtoull takes them: blanks and a sign before, 0x for hexadecimal, a
// leading 0 for octal.
//
//     whole_number(" +0x10");         // 16
//     whole_number("010");            // 8
//     whole_number("08");             // nothing: 8 is no octal digit
//     scan_number("0-3").length;      // 1: the number ends there, and what follows is the caller's to read
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <string_view>

#include <wirewrap/base/language.hpp>

namespace wirewrap::config {

/// A number at the front of a text.
struct ScannedNumber {
    std::uint64_t magnitude = 0;
    bool negative = false;
    bool fits = true;        // into 64 bits
    std::size_t length = 0;  // characters of the text, blanks and sign among them; 0: there is no number
};

/// Characters that strtoull passes over.
constexpr bool is_blank(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }

constexpr std::optional<unsigned> digit_value(char c, unsigned radix) {
    unsigned digit = 16;
    if (c >= '0' && c <= '9') digit = static_cast<unsigned>(c - '0');
    if (c >= 'a' && c <= 'f') digit = static_cast<unsigned>(c - 'a' + 10);
    if (c >= 'A' && c <= 'F') digit = static_cast<unsigned>(c - 'A' + 10);
    if (digit >= radix) return std::nullopt;
    return digit;
}

constexpr ScannedNumber scan_number(std::string_view text) {
    ScannedNumber number;
    std::size_t at = 0;
    while (at != text.size() && is_blank(text[at])) ++at;
    if (at != text.size() && (text[at] == '+' || text[at] == '-')) number.negative = text[at++] == '-';
    unsigned radix = 10;
    if (at != text.size() && text[at] == '0') {
        const bool hexadecimal = at + 2 < text.size() && (text[at + 1] == 'x' || text[at + 1] == 'X') &&
                                 digit_value(text[at + 2], 16);
        radix = hexadecimal ? 16 : 8;
        if (hexadecimal) at += 2;
    }
    for (; at != text.size(); ++at) {
        const std::optional<unsigned> digit = digit_value(text[at], radix);
        if (!digit) break;
        constexpr std::uint64_t largest = std::numeric_limits<std::uint64_t>::max();
        number.fits = number.fits && number.magnitude <= (largest - *digit) / radix;
        number.magnitude = number.magnitude * radix + *digit;
        number.length = at + 1;
    }
    return number;
}

/// `text`, all of it, as a number that is not negative; nothing when it is something else or does not fit.
constexpr std::optional<std::uint64_t> whole_number(std::string_view text) {
    const ScannedNumber number = scan_number(text);
    if (number.length == 0 || number.length != text.size() || !number.fits || number.negative)
        return std::nullopt;
    return number.magnitude;
}

}  // namespace wirewrap::config
