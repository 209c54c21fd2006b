// The memory map of a board: its entries in a Boost.Hana tuple, since each has a type of its own, and their flat table.
//
//     static constexpr auto map = memory_map(rom<"boot">(at(0x0), 64_KiB),
//                                            device<"uart0", Ns16550a>(at(0x1000'0000), 256_B));
//     static_assert(map.regions()[1].name == "uart0");
#pragma once

#include <array>
#include <cstddef>

#include <wirewrap/board/entry.hpp>
#include <wirewrap/board/hana.hpp>
#include <wirewrap/board/region.hpp>

namespace wirewrap {

template <class... Entries>
struct MemoryMap {
    boost::hana::tuple<Entries...> entries;

    static constexpr std::size_t size() { return sizeof...(Entries); }

    /// The entries without their types, in the order of the declaration.
    constexpr std::array<Region, sizeof...(Entries)> regions() const {
        return boost::hana::unpack(entries, [](const auto&... entry) {
            return std::array<Region, sizeof...(Entries)>{entry.region...};
        });
    }
};

/// The map of a board's ports behind its map of memory: one list of entries, so that names, wires and checks are common.
template <class... Memory, class... Ports>
constexpr MemoryMap<Memory..., Ports...> with_ports(const MemoryMap<Memory...>& memory,
                                                    const MemoryMap<Ports...>& ports) {
    return boost::hana::unpack(memory.entries, [&](const auto&... m) {
        return boost::hana::unpack(ports.entries, [&](const auto&... p) {
            return MemoryMap<Memory..., Ports...>{boost::hana::tuple<Memory..., Ports...>(
                m..., p.with([](Region& r) { r.space = port_space; })...)};
        });
    });
}

template <FixedText... Names, class... Devices>
constexpr MemoryMap<Entry<Names, Devices>...> memory_map(Entry<Names, Devices>... entries) {
    return {boost::hana::tuple<Entry<Names, Devices>...>(entries...)};
}

}  // namespace wirewrap
