// How each kind of map entry looks, and how addresses are written.
#pragma once

#include <string>
#include <string_view>

#include <fmt/color.h>

#include <wirewrap/base/address.hpp>
#include <wirewrap/base/interval.hpp>
#include <wirewrap/base/text.hpp>

namespace command {

struct Look {
    std::string_view kind;
    std::string_view fill;  // one character wide
    fmt::terminal_color color;
    std::string_view paper;  // of a box in a drawing, and
    std::string_view ink;    // of its border
};

/// Hues of the same lightness; told apart without colour by the fill.
inline const Look& look_of(std::string_view kind) {
    using enum fmt::terminal_color;
    static constexpr Look looks[] = {
        {"ram", "█", green, "#d9efdf", "#2b8a4b"},      {"rom", "▓", yellow, "#f8ebc8", "#a87b12"},
        {"device", "▒", cyan, "#d8e9f8", "#2f6fae"},    {"mirror", "░", magenta, "#ebe0f5", "#7d4fae"},
        {"bank", "▚", red, "#f9ded9", "#b4523c"},       {"reserved", "╳", blue, "#e4e7ec", "#667085"},
        {"unmapped", " ", white, "#ffffff", "#b8bcc4"},
    };
    for (const Look& look : looks)
        if (look.kind == kind) return look;
    return looks[std::size(looks) - 1];
}

inline std::string painted(std::string_view text, std::string_view kind, bool color) {
    return color ? fmt::format(fmt::fg(look_of(kind).color), "{}", text) : std::string(text);
}

inline std::string hex(wirewrap::GuestAddress address) { return wirewrap::sentence(address).string(); }

/// The end of a half-open range; one that ends with the address space ends at 2^64, which is no address.
inline std::string end_of(wirewrap::Interval range) {
    const wirewrap::GuestAddress end = range.base + range.size;
    return end.value == 0 ? "2^64" : hex(end);
}

}  // namespace command
