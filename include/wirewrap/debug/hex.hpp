// Numbers and bytes as GDB's protocol writes them: numbers in hex with the highest digit first, bytes as two digits each.
//
//     std::string_view text = "1f,4";
//     take_hex(text);                               // 0x1f, and text is ",4"
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <wirewrap/base/language.hpp>

namespace wirewrap::debug {

constexpr std::optional<unsigned> hex_digit(char c) {
    if (c >= '0' && c <= '9') return static_cast<unsigned>(c - '0');
    if (c >= 'a' && c <= 'f') return static_cast<unsigned>(c - 'a' + 10);
    if (c >= 'A' && c <= 'F') return static_cast<unsigned>(c - 'A' + 10);
    return std::nullopt;
}

/// Takes a number of at least one digit and at most 64 bits from the front; nothing, and the text stays, when there is none.
constexpr std::optional<std::uint64_t> take_hex(std::string_view& text) {
    std::uint64_t value = 0;
    std::size_t length = 0;
    while (length != text.size()) {
        const auto digit = hex_digit(text[length]);
        if (!digit) break;
        if (value >> 60 != 0) return std::nullopt;
        value = value << 4 | *digit;
        ++length;
    }
    if (length == 0) return std::nullopt;
    text.remove_prefix(length);
    return value;
}
/// Takes this character from the front.
constexpr bool take(std::string_view& text, char c) {
    if (text.empty() || text.front() != c) return false;
    text.remove_prefix(1);
    return true;
}
constexpr bool take(std::string_view& text, std::string_view word) {
    if (!text.starts_with(word)) return false;
    text.remove_prefix(word.size());
    return true;
}

inline std::string hex(std::uint64_t value) {
    constexpr std::string_view digits = "0123456789abcdef";
    std::string text;
    do text.insert(text.begin(), digits[value & 15]);
    while ((value >>= 4) != 0);
    return text;
}
inline void append_hex(std::string& to, std::span<const std::byte> bytes) {
    constexpr std::string_view digits = "0123456789abcdef";
    for (const std::byte byte : bytes) {
        to += digits[static_cast<unsigned>(byte) >> 4];
        to += digits[static_cast<unsigned>(byte) & 15];
    }
}
inline std::string hex_of(std::string_view text) {
    std::string result;
    append_hex(result, std::as_bytes(std::span(text)));
    return result;
}
/// All of a text as bytes; nothing when it is no such text.
inline std::optional<std::vector<std::byte>> bytes_of_hex(std::string_view text) {
    if (text.size() % 2 != 0) return std::nullopt;
    std::vector<std::byte> bytes;
    bytes.reserve(text.size() / 2);
    for (std::size_t i = 0; i != text.size(); i += 2) {
        const auto high = hex_digit(text[i]), low = hex_digit(text[i + 1]);
        if (!high || !low) return std::nullopt;
        bytes.push_back(static_cast<std::byte>(*high << 4 | *low));
    }
    return bytes;
}

}  // namespace wirewrap::debug
