// A machine whose main RAM is where QEMU wrote it: a file with capability mapped-ram (QEMU 9.0 on) has each page at a
// place of its own, so the machine maps the file, privately, and nothing is read before it is used. What the guest
// stores stays with the machine.
//
//     // QEMU:  (qemu) migrate_set_capability mapped-ram on
//     //        (qemu) migrate "file:guest.mapped"
//     using Pc = Machine<boards::x86::PcI440fx<11, 1>, hostmem::File>;
//     auto saved = qemu::map_ram<Pc>("guest.mapped");
//     saved->machine.load<std::uint8_t>(at(0x7c00));
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <type_traits>
#include <vector>

#include <wirewrap/base/bytes.hpp>
#include <wirewrap/base/error.hpp>
#include <wirewrap/board/traits.hpp>
#include <wirewrap/hostmem/file.hpp>
#include <wirewrap/qemu/byte_source.hpp>
#include <wirewrap/qemu/load_ram.hpp>
#include <wirewrap/qemu/ram_section.hpp>
#include <wirewrap/qemu/stream_head.hpp>
#include <wirewrap/qemu/stream_input.hpp>
#include <wirewrap/qemu/stream_walk.hpp>

namespace wirewrap::qemu {

/// A block and where its pages begin in the file.
struct PlacedBlock {
    StreamBlock block;
    std::uint64_t pages = 0;
};

namespace detail {

/// A `PageSink` that hears where blocks are.
struct Places {
    std::vector<PlacedBlock> blocks_{};

    Expected<void> blocks(std::span<const StreamBlock> list) {
        for (const StreamBlock& block : list) blocks_.push_back({block});
        return {};
    }
    void place(std::size_t block, std::uint64_t pages) { blocks_[block].pages = pages; }
    std::span<std::byte> page(std::size_t, Bytes, Bytes) { return {}; }
    void fill(std::size_t, Bytes, Bytes, std::byte) {}
};

inline Expected<PlacedBlock> find_in_place(const std::string& path, std::string_view board,
                                           std::string_view id, const LoadOptions& options) {
    auto source = FileSource::open(path);
    if (!source) return std::unexpected(source.error());
    StreamInput input(*source);
    const auto head = read_head(input);
    if (!head) return std::unexpected(head.error());
    if (!head->mapped_ram)
        return fail(
            "the pages of the stream have no places of their own: load it with load_ram, or write it with "
            "capability mapped-ram (QEMU 9.0 and newer, migrate file:",
            path, ")");
    if (auto same = check_machine_type(*head, board, options); !same) return std::unexpected(same.error());
    const auto page = page_of(*head, board, options);
    if (!page) return std::unexpected(page.error());
    Places places;
    if (const auto walked = walk_to_ram_end(input, *head, *page, places); !walked)
        return std::unexpected(walked.error());
    const auto found = std::ranges::find(
        places.blocks_, id, [](const PlacedBlock& placed) -> const auto& { return placed.block.id; });
    if (found == places.blocks_.end())
        return fail("block ", id, " of the machine is missing in the stream, which has ",
                    listing(
                        places.blocks_.size(), [&](std::size_t i) { return words(places.blocks_[i].block); },
                        " and "),
                    ": name the block of main RAM in main_ram");
    return *found;
}

}  // namespace detail

template <class M>
struct RamInPlace {
    M machine;
    LoadedRam ram;
};

/// A machine with as much RAM as the stream has. The file must stay as it is while the machine lives. Main RAM is one
/// block; the board's other blocks are copied. Errors are those of `load_ram` and of `Machine::create`.
template <class M>
Expected<RamInPlace<M>> map_ram(const std::string& path, const LoadOptions& options = {},
                                hostmem::FileOptions memory = {}) {
    static_assert(std::is_same_v<typename M::BackendType, hostmem::File>,
                  "RAM in place is a private mapping of a file: use hostmem::File");
    constexpr std::string_view board = board_name<typename M::BoardType>;
    if (options.main_ram.size() > 1)
        return fail(board, ": main RAM of ", options.main_ram.size(),
                    " blocks is in as many places: load it with load_ram");
    const std::string id = options.main_ram.empty() ? std::string(M::BoardType::ram.id) : options.main_ram[0];
    const auto place = detail::find_in_place(path, board, id, options);
    if (!place) return fail(board, ": ", place.error().message);
    memory.path = path, memory.offset = Bytes{place->pages}, memory.readonly = true;
    auto machine = M::create({.ram_size = place->block.length, .memory = memory});
    if (!machine) return std::unexpected(machine.error());

    LoadOptions all = options;
    all.main_ram = {id};
    auto source = FileSource::open(path);
    if (!source) return std::unexpected(source.error());
    auto loaded = detail::read_ram(*machine, *source, all, true, true);
    if (!loaded) return fail(board, ": ", loaded.error().message);
    detail::tell_policies(*machine, *loaded);
    return RamInPlace<M>{std::move(*machine), std::move(*loaded)};
}

}  // namespace wirewrap::qemu
