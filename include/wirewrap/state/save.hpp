// Saves a machine to a snapshot file: its memory blocks, and for a running one harts, devices and clock.
//
//     auto saved = state::save(emulator, "guest.snapshot");             // all of it
//     auto ram   = state::save(machine, "guest.ram");                   // its memory only
//
//     std::vector<DirtyPage> pages;                                     // later: what changed since
//     machine.policy<DirtyPages<>>().take(0, [&](DirtyPage page) { pages.push_back(page); });
//     state::save_changes(emulator, "guest.1.snapshot", saved->identity, pages);
//
// The file appears whole or not at all; a failure leaves an older one of its name untouched. Nobody may store to the
// machine's memory meanwhile. Memory that the guest never used is not looked at, and costs nothing. The format: docs/snapshots.md.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include <wirewrap/base/bytes.hpp>
#include <wirewrap/base/error.hpp>
#include <wirewrap/base/verdict.hpp>
#include <wirewrap/state/blocks.hpp>
#include <wirewrap/state/byte_ranges.hpp>
#include <wirewrap/state/data_map.hpp>
#include <wirewrap/state/dirty_pages.hpp>
#include <wirewrap/state/fields.hpp>
#include <wirewrap/state/fingerprint.hpp>
#include <wirewrap/state/running.hpp>
#include <wirewrap/state/snapshot_writer.hpp>

namespace wirewrap::state {

/// Anything with a board and memory blocks.
template <class M>
concept HasMemory = requires(M& machine) {
    typename M::BoardType;
    machine.memory_blocks();
    machine.changed(std::size_t{}, Bytes{}, Bytes{});
};

namespace detail {
template <class T>
constexpr Text save_objection() {
    if constexpr (HasMemory<T>)
        return {};
    else if constexpr (RunningMachine<T>)
        return state_objection<T>();
    else
        return sentence("only machines can be saved and restored, and emulators of them");
}
}  // namespace detail

/// What can be saved: a machine, or one that runs and all of whose parts can give their state.
template <class T>
concept Savable = Accepted<Says<fixed_text<&detail::save_objection<T>>()>>;

namespace detail {

template <class T>
auto& machine_of(T& target) {
    if constexpr (HasMemory<T>)
        return target;
    else
        return target.machine();
}

/// The number of a block in the machine's own list, of one in the board's list.
template <class B>
std::size_t declared_number(std::string_view id) {
    std::size_t number = 0;
    while (ram_blocks<B>[number].id != id) ++number;
    return number;
}

template <class T>
Expected<SnapshotWriter> begin_snapshot(T& target, std::string path, SnapshotHead head,
                                        const SaveOptions& options) {
    using B = typename std::remove_reference_t<decltype(machine_of(target))>::BoardType;
    auto writer = SnapshotWriter::create(std::move(path), options);
    if (!writer) return writer;
    head.board = board_name<B>;
    head.fingerprint = fingerprint<B>;
    head.running = !HasMemory<T>;
    if (auto written = writer->head(head); !written) return std::unexpected(written.error());
    if (auto written = writer->block_table(machine_of(target).memory_blocks()); !written)
        return std::unexpected(written.error());
    if constexpr (!HasMemory<T>) {
        Expected<void> written;
        Components<T> components(target);
        components.each([&](std::string_view name, auto& component) {
            if (!written) return;
            FieldWriter fields;
            component.state(fields);
            written = writer->component(name, fields.bytes());
        });
        if (!written) return std::unexpected(written.error());
    }
    return writer;
}

/// The bytes that pages are, for each of the machine's blocks.
template <class B, class Blocks>
Expected<std::vector<ByteRanges>> ranges_of(const Blocks& blocks, std::span<const DirtyPage> pages) {
    std::vector<ByteRanges> ranges(blocks.size());
    std::array<std::optional<std::size_t>, ram_blocks<B>.size()>
        places{};  // by the number in the board's list
    for (std::size_t i = 0; i != blocks.size(); ++i) places[declared_number<B>(blocks[i].id)] = i;
    for (const DirtyPage& page : pages) {
        if (page.block >= places.size() || !places[page.block])
            return fail("page ", page.offset, " of block ", page.block, ": ", board_name<B>,
                        " has no block of that number; give pages as its DirtyPages tells them");
        const std::size_t place = *places[page.block];
        const Bytes size{blocks[place].bytes.size()};
        if (page.offset >= size || page.offset % tracked_page != Bytes{})
            return fail("page ", page.offset, " of block ", blocks[place].id, ", ", size,
                        ": there is none; give pages as its DirtyPages tells them");
        ranges[place].add(page.offset.count,
                          page.offset.count + std::min(tracked_page, size - page.offset).count);
    }
    return ranges;
}

inline Bytes total(std::span<const ByteRanges> blocks) {
    Bytes all{};
    for (const ByteRanges& ranges : blocks)
        for (const ByteRanges::Range& range : ranges) all += Bytes{range.end - range.begin};
    return all;
}

/// One range, in pieces as long as a run: what is known to be zero is not looked at.
inline Expected<void> write_changes(SnapshotWriter& writer, std::size_t block,
                                    std::span<const std::byte> bytes, const DataMap& map,
                                    const ByteRanges::Range& range) {
    Expected<void> written;
    for (std::uint64_t at = range.begin; at != range.end && written;) {
        const std::uint64_t end = std::min(range.end, at + format::longest_run.count);
        for (const auto& data : map.within(at, end)) {
            if (written && at != data.begin)
                written = writer.zero_pages(block, Bytes{at}, Bytes{data.begin - at});
            if (written)
                written = writer.pages(block, Bytes{data.begin},
                                       bytes.subspan(data.begin, data.end - data.begin), true);
            at = data.end;
        }
        if (written && at != end) written = writer.zero_pages(block, Bytes{at}, Bytes{end - at});
        at = end;
    }
    return written;
}

}  // namespace detail

/// Everything: pages that are zero take no room.
template <Savable T>
Expected<Saved> save(T& target, std::string path, const SaveOptions& options = {}) {
    auto writer = detail::begin_snapshot(target, std::move(path), {}, options);
    if (!writer) return std::unexpected(writer.error());
    auto& machine = detail::machine_of(target);
    const auto blocks = machine.memory_blocks();
    const auto host = HostView::open();
    std::vector<ByteRanges> in_use;
    for (const auto& block : blocks)
        in_use.push_back(DataMap::of(machine, block, host).within(0, block.bytes.size()));
    writer->expect(detail::total(in_use));
    for (std::size_t i = 0; i != blocks.size(); ++i) {
        const auto bytes = blocks[i].bytes;
        for (const auto& data : in_use[i])
            if (auto written = writer->pages(i, Bytes{data.begin},
                                             bytes.subspan(data.begin, data.end - data.begin));
                !written)
                return std::unexpected(written.error());
    }
    return writer->finish();
}

/// State as in `save`, and of memory these pages only, in whatever order. `base` is the identity of the snapshot since which
/// no other page changed. Refused: a page that the machine has not.
template <Savable T>
Expected<Saved> save_changes(T& target, std::string path, std::uint64_t base,
                             std::span<const DirtyPage> pages, const SaveOptions& options = {}) {
    auto& machine = detail::machine_of(target);
    using B = typename std::remove_reference_t<decltype(machine)>::BoardType;
    const auto blocks = machine.memory_blocks();
    const auto changed = detail::ranges_of<B>(blocks, pages);
    if (!changed) return fail(path, " is not written: ", changed.error().message);
    auto writer = detail::begin_snapshot(target, std::move(path), {.changes_only = true, .base = base},
                                         options);
    if (!writer) return std::unexpected(writer.error());
    writer->expect(detail::total(*changed));
    const auto host = HostView::open();
    for (std::size_t i = 0; i != blocks.size(); ++i) {
        const ByteRanges& ranges = (*changed)[i];
        if (ranges.empty()) continue;
        const DataMap map = DataMap::of(machine, blocks[i], host);
        for (const auto& range : ranges)
            if (auto written = detail::write_changes(*writer, i, blocks[i].bytes, map, range); !written)
                return std::unexpected(written.error());
    }
    return writer->finish();
}

}  // namespace wirewrap::state
