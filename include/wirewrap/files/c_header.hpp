// The addresses and interrupts of a board for C, C++ and assembly language: constants of the preprocessor.
//
//     #define UART0_BASE 0x10000000
//     #define UART0_SIZE 0x100
//     #define UART0_IRQ 10 /* of plic */
#pragma once

#include <algorithm>
#include <cstddef>
#include <set>
#include <string>

#include <wirewrap/files/places.hpp>

namespace wirewrap::files {

namespace detail {

inline std::string define(const std::string& name, const std::string& value) {
    return "#define " + name + " " + value + "\n";
}

/// "UART0_IRQ", or "UART0_IRQ_PLIC" of a pin with several wires.
inline std::string wire_name(const BoardDescription& board, const Wire& wire) {
    const auto same_pin = [&](const Wire& w) { return w.source == wire.source && w.pin == wire.pin; };
    std::string name = identifier(wire.source) + "_" + identifier(wire.pin);
    if (std::ranges::count_if(board.wires, same_pin) > 1) name += "_" + identifier(wire.sink);
    return upper(name);
}

}  // namespace detail

/// Errors: as places_of; two constants of one name.
inline Expected<std::string> c_header(const BoardDescription& board, Bytes ram_size) {
    const auto places = places_of(board, ram_size);
    if (!places) return std::unexpected(places.error());
    const std::string guard = upper(identifier(board.name)) + "_H";
    std::string text = "/* " + title(board, ram_size) + ". */\n#ifndef " + guard + "\n#define " + guard +
                       "\n\n";
    std::set<std::string> taken{guard};
    for (const Place& place : *places) {
        const std::string name = upper(place.name);
        text += detail::define(name + "_BASE", number(place.range.base));
        text += detail::define(name + "_SIZE", number(place.range.size));
        taken.insert({name + "_BASE", name + "_SIZE"});
    }
    for (const Region& region : board.regions)
        if (region.space == port_space && region.placed) {
            text += detail::define(upper(identifier(region.name)) + "_PORT", number(region.range.base));
            taken.insert(upper(identifier(region.name)) + "_PORT");
        }
    if (!board.wires.empty()) text += "\n/* Interrupts: lines of who takes them. */\n";
    for (const Wire& wire : board.wires) {
        const std::string name = detail::wire_name(board, wire);
        if (!taken.insert(name).second)
            return fail(board.name, ": the wire from ", wire.source, ".", wire.pin, " to ", wire.sink,
                        " would be ", name, ", which is another constant; rename the entry or the pin");
        text += "#define " + name + sentence(" ", wire.line, " /* of ", wire.sink, " */\n").string();
    }
    return text + "\n#define HARTS " + sentence(board.harts).string() + "\n\n#endif\n";
}

}  // namespace wirewrap::files
