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
// machine's memory meanwhile. The format: docs/snapshots.md.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <utility>

#include <wirewrap/base/bytes.hpp>
#include <wirewrap/base/error.hpp>
#include <wirewrap/base/verdict.hpp>
#include <wirewrap/state/blocks.hpp>
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

}  // namespace detail

/// Everything: pages that are zero take no room.
template <Savable T>
Expected<Saved> save(T& target, std::string path, const SaveOptions& options = {}) {
    auto writer = detail::begin_snapshot(target, std::move(path), {}, options);
    if (!writer) return std::unexpected(writer.error());
    const auto blocks = detail::machine_of(target).memory_blocks();
    for (std::size_t i = 0; i != blocks.size(); ++i)
        if (auto written = writer->pages(i, Bytes{}, blocks[i].bytes); !written)
            return std::unexpected(written.error());
    return writer->finish();
}

/// State as in `save`, and of memory these pages only, ascending as `DirtyPages::take` gives them. `base` is the identity
/// of the snapshot since which no other page changed.
template <Savable T>
Expected<Saved> save_changes(T& target, std::string path, std::uint64_t base,
                             std::span<const DirtyPage> pages, const SaveOptions& options = {}) {
    using B = typename std::remove_reference_t<decltype(detail::machine_of(target))>::BoardType;
    auto writer = detail::begin_snapshot(target, std::move(path), {.changes_only = true, .base = base},
                                         options);
    if (!writer) return std::unexpected(writer.error());
    const auto blocks = detail::machine_of(target).memory_blocks();
    for (std::size_t i = 0; i != blocks.size(); ++i) {
        const std::size_t number = detail::declared_number<B>(blocks[i].id);
        for (std::size_t next = 0; next != pages.size();) {
            const DirtyPage first = pages[next++];
            if (first.block != number) continue;
            Bytes end = first.offset + tracked_page;
            while (next != pages.size() && pages[next] == DirtyPage{number, end}) {
                end += tracked_page;
                ++next;
            }
            end = std::min(end, Bytes{blocks[i].bytes.size()});
            const auto bytes = blocks[i].bytes.subspan(first.offset.count, (end - first.offset).count);
            if (auto written = writer->pages(i, first.offset, bytes, true); !written)
                return std::unexpected(written.error());
        }
    }
    return writer->finish();
}

}  // namespace wirewrap::state
