// The memory map of a board as GDB has it: RAM, ROM, and flash that is erased before it is written. Registers of devices are
// left out, so that nobody reads them by accident: a debugger does not touch what the map does not name.
//
//     <memory type="ram" start="0x80000000" length="0x8000000"/>
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <wirewrap/board/traits.hpp>
#include <wirewrap/debug/hex.hpp>
#include <wirewrap/machine/device_at.hpp>

namespace wirewrap::debug {

enum class MemoryKind : std::uint8_t { ram, rom, flash };

struct MemoryRange {
    Interval range;
    MemoryKind kind{};
    /// Of flash: what is erased at once.
    Bytes sector{};
    /// By the board's map; that of main RAM is the name of its block.
    std::string_view name{};
};

/// What is memory on a machine as it is now, ascending, without what lies under something else.
template <class Machine>
std::vector<MemoryRange> memory_ranges(const Machine& machine) {
    using B = typename Machine::BoardType;
    std::vector<MemoryRange> ranges, free;
    const auto add = [&](const MemoryRange& range) {
        if (!range.range.empty()) ranges.push_back(range);
    };
    for (const RamWindow& window : machine.ram_windows())
        add({window.range(), MemoryKind::ram, {}, B::ram.id});
    const auto is_memory = [&](Interval range) {
        const Bytes look = std::min(range.size, Bytes{1});
        return machine.memory_extent(range.base, look) == look;
    };
    [&]<std::size_t... I>(std::index_sequence<I...>) {
        [[maybe_unused]] const auto look = [&]<std::size_t J>() {
            const Region& region = board_regions<B>[J];
            if (region.space != memory_space || !region.placed || !is_memory(region.range)) return;
            if (region.kind == RegionKind::device) {
                using D = wirewrap::detail::DeviceAt<B, J>;
                // What can be read as memory and has contents of its own is flash.
                if (!region.keeps_block) return;
                Bytes sector = region.range.size;
                if constexpr (requires { Bytes{D::sector_size}; }) sector = Bytes{D::sector_size};
                add({region.range, MemoryKind::flash, sector, region.name});
            } else if (region.kind == RegionKind::rom) {
                add({region.range, MemoryKind::rom, {}, region.name});
            } else if (region.kind == RegionKind::ram || region.kind == RegionKind::mirror ||
                       region.kind == RegionKind::bank) {
                add({region.range, MemoryKind::ram, {}, region.name});
            }
        };
        (look.template operator()<I>(), ...);
    }(std::make_index_sequence<board_regions<B>.size()>{});
    std::ranges::sort(ranges, {}, [](const MemoryRange& each) { return each.range.base.value; });
    for (const MemoryRange& each : ranges)
        if (free.empty() || each.range.base.value > free.back().range.last().value) free.push_back(each);
    return free;
}

inline std::string memory_map_xml(std::span<const MemoryRange> ranges) {
    std::string xml =
        "<?xml version=\"1.0\"?>\n<!DOCTYPE memory-map PUBLIC \"+//IDN gnu.org//DTD GDB Memory Map "
        "V1.0//EN\" \"http://sourceware.org/gdb/gdb-memory-map.dtd\">\n<memory-map>\n";
    for (const MemoryRange& each : ranges) {
        xml += "<memory type=\"";
        xml += each.kind == MemoryKind::ram ? "ram" : each.kind == MemoryKind::rom ? "rom" : "flash";
        xml += "\" start=\"0x" + hex(each.range.base.value) + "\" length=\"0x" + hex(each.range.size.count) +
               "\"";
        if (each.kind == MemoryKind::flash)
            xml += "><property name=\"blocksize\">0x" + hex(each.sector.count) + "</property></memory>\n";
        else
            xml += "/>\n";
    }
    return xml + "</memory-map>\n";
}

}  // namespace wirewrap::debug
