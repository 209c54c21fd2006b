// Sizes as people write them: a number and a unit of one letter, in powers of 1024.
//
//     parse_size("512M");                    // 512_MiB
//     parse_size("1.5G");                    // 1536_MiB
//     parse_size("128", 1_MiB);              // 128_MiB: what a bare number counts is the option's to say
//     parse_size("12Q");                     // an Error: "12Q is not a size: Q is no unit; use B, K, M, G, T, P or E"
//
// Source: measured on the options of QEMU 7.2 and 11.1. Blanks and a plus sign may come first; units in either case; whole
// numbers of bytes also in hexadecimal, where B and E are digits, and never in octal; a fraction that is not 0 needs a
// unit greater than a byte and is rounded to the nearest byte, halves up. QEMU 7.2 still took hexadecimal numbers of other
// units than bytes.
#pragma once

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>

#include <wirewrap/base/bytes.hpp>
#include <wirewrap/base/error.hpp>
#include <wirewrap/config/number.hpp>

namespace wirewrap {

namespace detail {

inline constexpr std::string_view size_units = "BKMGTPE";  // 1024 to the power of the place

inline std::optional<unsigned> unit_shift(char unit) {
    const char upper = unit >= 'a' && unit <= 'z' ? static_cast<char>(unit - 'a' + 'A') : unit;
    const std::size_t place = size_units.find(upper);
    if (place == size_units.npos) return std::nullopt;
    return static_cast<unsigned>(10 * place);
}

/// Takes the digits off the front of `text`; nothing when they do not fit into 64 bits.
inline std::optional<std::uint64_t> take_number(std::string_view& text, unsigned radix) {
    constexpr std::uint64_t largest = std::numeric_limits<std::uint64_t>::max();
    std::uint64_t number = 0;
    bool fits = true;
    for (; !text.empty(); text.remove_prefix(1)) {
        const std::optional<unsigned> digit = config::digit_value(text.front(), radix);
        if (!digit) break;
        fits = fits && number <= (largest - *digit) / radix;
        number = number * radix + *digit;
    }
    if (!fits) return std::nullopt;
    return number;
}

/// 0.`digits` times 2^shift, to the nearest whole number. Exact: the decimal fraction is doubled digit by digit, and each
/// carry out of it is a bit of the result.
inline std::uint64_t scale_fraction(std::string digits, unsigned shift) {
    std::uint64_t result = 0;
    for (unsigned bit = 0; bit != shift; ++bit) {
        int carry = 0;
        for (auto digit = digits.rbegin(); digit != digits.rend(); ++digit) {
            const int doubled = 2 * (*digit - '0') + carry;
            *digit = static_cast<char>('0' + doubled % 10);
            carry = doubled / 10;
        }
        result = 2 * result + static_cast<std::uint64_t>(carry);
    }
    return result + (!digits.empty() && digits.front() >= '5' ? 1 : 0);
}

}  // namespace detail

/// The size that `text` says; `bare` is what a number without a unit counts, a power of two. Errors: nothing there, a
/// negative number, no number, an unknown unit, a fraction without a unit, a
/// hexadecimal number that does not count bytes, 2^64 bytes or more.
inline Expected<Bytes> parse_size(std::string_view text, Bytes bare = Bytes{1}) {
    constexpr std::string_view remedy =
        "; write a number and one of the units B, K, M, G, T, P or E, such as 512M";
    if (text.empty()) return fail("the size is empty", remedy);
    std::string_view rest = text;
    while (!rest.empty() && config::is_blank(rest.front())) rest.remove_prefix(1);
    if (rest.starts_with('-')) return fail(text, " is not a size: it is negative", remedy);
    if (rest.starts_with('+')) rest.remove_prefix(1);
    const bool hexadecimal = rest.starts_with("0x") || rest.starts_with("0X");
    if (hexadecimal) rest.remove_prefix(2);
    const unsigned radix = hexadecimal ? 16 : 10;
    if (rest.empty() || !config::digit_value(rest.front(), radix))
        return fail(text, " is not a size: it does not begin with a number", remedy);
    const std::optional<std::uint64_t> whole = detail::take_number(rest, radix);

    std::string_view fraction;
    const bool has_point = !hexadecimal && rest.starts_with('.');
    if (has_point) {
        rest.remove_prefix(1);
        const std::size_t end = std::min(rest.find_first_not_of("0123456789"), rest.size());
        fraction = rest.substr(0, end);
        rest.remove_prefix(end);
    }

    // A hexadecimal number that ends in a letter counts bytes: its last digit could be taken for a unit.
    unsigned shift = config::digit_value(text.back(), 10)
                         ? static_cast<unsigned>(std::countr_zero(bare.count))
                         : 0;
    if (!rest.empty()) {
        const std::optional<unsigned> unit = detail::unit_shift(rest.front());
        if (!unit || rest.size() != 1) {
            if (unit && (rest.substr(1) == "B" || rest.substr(1) == "iB"))
                return fail(text, " is not a size: its unit is ", rest, "; leave off what follows the ",
                            rest.front());
            return fail(text, " is not a size: ", rest, " is no unit; use B, K, M, G, T, P or E");
        }
        shift = *unit;
    }
    if (hexadecimal && shift != 0)
        return fail(text, " is not a size: a hexadecimal number counts bytes, and this one would count ",
                    Bytes{std::uint64_t{1} << shift}, " each; write it in decimal");
    if (fraction.find_first_not_of('0') != fraction.npos && (rest.empty() || shift == 0))
        return fail(text,
                    " is not a size: a fraction needs one of the units K, M, G, T, P or E, such as 1.5G");

    constexpr std::uint64_t largest = std::numeric_limits<std::uint64_t>::max();
    if (!whole || *whole > largest >> shift)
        return fail(text, " is not a size: it is 2^64 bytes or more, and a size is less than 16 EiB");
    const std::uint64_t bytes = *whole << shift;
    const std::uint64_t part = detail::scale_fraction(std::string(fraction), shift);
    if (part > largest - bytes)
        return fail(text, " is not a size: it is 2^64 bytes or more, and a size is less than 16 EiB");
    return Bytes{bytes + part};
}

}  // namespace wirewrap
