// Interrupt wires: from a device's output pin to an input line of another device or of a hart.
//
//     static constexpr auto wires = wiring(wire<"uart0.irq", "plic", 10>,
//                                          wire<"plic.context0", "hart0", 11>);   // mip bit 11, MEIP
//
//     uart0.irq ──10──> plic.context0 ──11──> hart0
//
// Lines of CPUs have names, too: wire<"plic.context0", "hart0.meip">. See cpu_words.hpp.
#pragma once

#include <array>
#include <cstddef>
#include <string_view>

#include <wirewrap/base/text.hpp>
#include <wirewrap/board/cpu_words.hpp>

namespace wirewrap {

/// A wire without its type: "device.pin" of the source, the sink and its line, which a wire to a CPU may have by name.
struct Wire {
    static constexpr std::size_t no_line = CpuWords::none;

    std::string_view source;
    std::string_view pin;
    std::string_view sink;
    std::size_t line = 0;  // `no_line` until the board's words are known
    std::string_view line_name{};
};

/// Input lines of a hart: one for each bit of its interrupt-pending register.
inline constexpr std::size_t hart_lines = 64;

namespace detail {

/// "a.b" as a and b.
struct Ends {
    std::string_view name, pin;
};
constexpr Ends split(std::string_view text) {
    // Not text.find('.'): under -fsanitize=undefined g++ 12 does not take that for a constant expression.
    for (std::size_t dot = 0; dot != text.size(); ++dot)
        if (text[dot] == '.') return {text.substr(0, dot), text.substr(dot + 1)};
    return {text, {}};
}

/// With a number the whole text is the sink's name.
constexpr Wire wire_between(std::string_view source, std::string_view sink, std::size_t line) {
    const Ends from = split(source);
    if (line != Wire::no_line) return {from.name, from.pin, sink, line};
    const Ends to = split(sink);
    return {from.name, from.pin, to.name, line, to.pin};
}

}  // namespace detail

template <FixedText Source, FixedText Sink, std::size_t Line = Wire::no_line>
inline constexpr Wire wire = detail::wire_between(Source.view(), Sink.view(), Line);

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
