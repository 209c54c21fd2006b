// The memory of a board for GNU ld: a script that a program's own includes, with a region for each piece of memory, RAM as
// the alias of the largest window of main RAM below 4 GiB, and symbols for what is not memory.
//
//     MEMORY
//     {
//         riscv_virt_board_mrom (rx)  : ORIGIN = 0x1000, LENGTH = 0xf000
//         riscv_virt_board_ram  (rwx) : ORIGIN = 0x80000000, LENGTH = 0x8000000
//     }
//     REGION_ALIAS("RAM", riscv_virt_board_ram);
//     PROVIDE(uart0_base = 0x10000000);
//
// Source: GNU ld's manual, 3.7 "MEMORY Command" and 3.4.4 "Assign alias names to memory regions".
#pragma once

#include <algorithm>
#include <string>
#include <vector>

#include <wirewrap/files/places.hpp>

namespace wirewrap::files {

namespace detail {

/// Of two windows of main RAM: programs rather live below 4 GiB, and in the larger one.
inline bool is_rather_ram(const Place& place, const Place& other) {
    const bool low = place.range.base.value >> 32 == 0, other_low = other.range.base.value >> 32 == 0;
    return low == other_low ? place.range.size > other.range.size : low;
}

/// A region's name: `org`, `len`, `l` and some more would be keywords.
inline std::string quoted(const std::string& name) { return '"' + name + '"'; }

}  // namespace detail

/// Errors: as places_of; an entry of the map whose name is RAM, which is the alias.
inline Expected<std::string> linker_script(const BoardDescription& board, Bytes ram_size) {
    const auto places = places_of(board, ram_size);
    if (!places) return std::unexpected(places.error());
    std::string memory, symbols;
    const Place* ram = nullptr;
    for (const Place& place : *places) {
        if (place.name == "RAM")
            return fail(board.name, ": an entry of the map is ", place.entry,
                        ", and linker scripts call main RAM so; rename it");
        const std::string base = "PROVIDE(" + place.name + "_base = ",
                          end = "PROVIDE(" + place.name + "_end = ";
        if (!place.has_memory()) {
            symbols += base + number(place.range.base) + ");\n";
            continue;
        }
        if (place.region == nullptr && (ram == nullptr || detail::is_rather_ram(place, *ram))) ram = &place;
        const bool read_only = place.kind == RegionKind::rom || place.is_flash();
        const std::string region = detail::quoted(place.name);
        memory += "    " + region + (read_only ? " (rx) : ORIGIN = " : " (rwx) : ORIGIN = ") +
                  number(place.range.base) + ", LENGTH = " + number(place.range.size) + "\n";
        symbols += base + "ORIGIN(" + region + "));\n";
        symbols += end + "ORIGIN(" + region + ") + LENGTH(" + region + "));\n";
    }
    std::string script = "/* " + title(board, ram_size) +
                         ", for INCLUDE in a linker script. */\nMEMORY\n{\n" + memory + "}\n";
    if (ram != nullptr) script += "REGION_ALIAS(\"RAM\", " + detail::quoted(ram->name) + ");\n";
    return script + symbols;
}

}  // namespace wirewrap::files
