// The memory of a board as GDB has it: RAM, ROM, and flash that is erased before it is written. Registers of devices are left
// out, so that nobody reads them by accident: a debugger does not touch what the map does not name.
//
//     <memory type="ram" start="0x80000000" length="0x8000000"/>
//
// Source: GDB's manual, E.15 "Memory Map Format".
#pragma once

#include <algorithm>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <wirewrap/files/places.hpp>

namespace wirewrap::files {

enum class MemoryKind : std::uint8_t { ram, rom, flash };

struct MemoryRange {
    Interval range;
    MemoryKind kind{};
    /// Of flash: what is erased at once.
    Bytes sector{};
    /// By the board's map; that of main RAM is the name of its block.
    std::string_view name{};
};

inline std::string memory_map_xml(std::span<const MemoryRange> ranges) {
    std::string xml =
        "<?xml version=\"1.0\"?>\n<!DOCTYPE memory-map PUBLIC \"+//IDN gnu.org//DTD GDB Memory Map "
        "V1.0//EN\" \"http://sourceware.org/gdb/gdb-memory-map.dtd\">\n<memory-map>\n";
    for (const MemoryRange& each : ranges) {
        xml += "<memory type=\"";
        xml += each.kind == MemoryKind::ram ? "ram" : each.kind == MemoryKind::rom ? "rom" : "flash";
        xml += "\" start=\"" + number(each.range.base) + "\" length=\"" + number(each.range.size) + "\"";
        if (each.kind == MemoryKind::flash)
            xml += "><property name=\"blocksize\">" + number(each.sector) + "</property></memory>\n";
        else
            xml += "/>\n";
    }
    return xml + "</memory-map>\n";
}

inline Bytes erased_at_once(const Region& flash) {
    return flash.sector == Bytes{} ? flash.range.size : flash.sector;
}

namespace detail {

/// A mirror or bank of what is no memory.
inline bool shows_registers(const BoardDescription& board, const Region& region) {
    return std::ranges::any_of(board.regions, [&](const Region& other) {
        return !region.source.empty() && other.name == region.source && !other.has_block();
    });
}

}  // namespace detail

/// Ascending, mirrors and banks among them. Errors: as places_of. What a machine changes while it runs is seen by
/// debug::memory_ranges.
inline Expected<std::vector<MemoryRange>> memory_ranges(const BoardDescription& board, Bytes ram_size) {
    const auto places = places_of(board, ram_size);
    if (!places) return std::unexpected(places.error());
    std::vector<MemoryRange> ranges;
    for (const RamWindow& window : board.ram_windows(ram_size))
        ranges.push_back({window.range(), MemoryKind::ram, {}, board.ram_id});
    for (const Place& place : *places) {
        if (place.region == nullptr) continue;
        const Region& region = *place.region;
        if (place.is_flash())
            ranges.push_back({place.range, MemoryKind::flash, erased_at_once(region), region.name});
        else if (place.kind == RegionKind::rom)
            ranges.push_back({place.range, MemoryKind::rom, {}, region.name});
        else if (place.kind == RegionKind::ram ||
                 ((place.kind == RegionKind::mirror || place.kind == RegionKind::bank) &&
                  !region.shows_main_ram() && !detail::shows_registers(board, region)))
            ranges.push_back({place.range, MemoryKind::ram, {}, region.name});
    }
    std::ranges::sort(ranges, {}, [](const MemoryRange& each) { return each.range.base.value; });
    return ranges;
}

inline Expected<std::string> gdb_memory_map(const BoardDescription& board, Bytes ram_size) {
    const auto ranges = memory_ranges(board, ram_size);
    if (!ranges) return std::unexpected(ranges.error());
    return memory_map_xml(*ranges);
}

}  // namespace wirewrap::files
