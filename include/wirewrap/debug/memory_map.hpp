// What is memory on a machine that runs, for a debugger: files/gdb_memory_map.hpp has the same of a board, and the text.
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
#include <wirewrap/files/gdb_memory_map.hpp>

namespace wirewrap::debug {

using files::MemoryKind;
using files::MemoryRange;

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
                // What can be read as memory and has contents of its own is flash.
                if (!region.keeps_block) return;
                add({region.range, MemoryKind::flash, files::erased_at_once(region), region.name});
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

}  // namespace wirewrap::debug
