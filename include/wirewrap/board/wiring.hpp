// Interrupt wires: from a device's output pin to an input line of another device or of a hart.
//
//     static constexpr auto wires = wiring(wire<"uart0.irq", "plic", 10>,
//                                          wire<"plic.context0", "hart0", 11>);   // mip bit 11, MEIP
//
//     uart0.irq ──10──> plic.context0 ──11──> hart0
#pragma once

#include <array>
#include <cstddef>
#include <string_view>

#include <wirewrap/base/text.hpp>

namespace wirewrap {

/// A wire without its type: "device.pin" of the source, the sink and its line.
struct Wire {
    std::string_view source;
    std::string_view pin;
    std::string_view sink;
    std::size_t line = 0;
};

/// Input lines of a hart: one for each bit of its interrupt-pending register.
inline constexpr std::size_t hart_lines = 64;

namespace detail {

constexpr Wire split_pin(std::string_view source, std::string_view sink, std::size_t line) {
    // Not source.find('.'): under -fsanitize=undefined g++ 12 does not take that for a constant expression.
    for (std::size_t dot = 0; dot != source.size(); ++dot)
        if (source[dot] == '.') return {source.substr(0, dot), source.substr(dot + 1), sink, line};
    return {source, {}, sink, line};
}

}  // namespace detail

template <FixedText Source, FixedText Sink, std::size_t Line>
inline constexpr Wire wire = detail::split_pin(Source.view(), Sink.view(), Line);

// Not `std::same_as<Wire>... Wires`: clang takes constraints on 256 parameters at most.
template <class... Wires>
constexpr std::array<Wire, sizeof...(Wires)> wiring(Wires... wires) {
    return {wires...};
}

/// The wires of several lists in one: `joined(wiring(…), computed)`.
template <std::size_t... Counts>
constexpr auto joined(const std::array<Wire, Counts>&... lists) {
    std::array<Wire, (0 + ... + Counts)> all{};
    std::size_t next = 0;
    const auto take = [&](const auto& list) {
        for (const Wire& each : list) all[next++] = each;
    };
    (take(lists), ...);
    return all;
}

}  // namespace wirewrap
