// Restores a machine from a snapshot, or from one and the files of changes that follow it. All of them are compared with
// the machine first; a refused snapshot changes nothing.
//
//     auto snapshot = Snapshot::open("guest.snapshot");
//     if (auto restored = state::restore(emulator, *snapshot); !restored) return …;
//     // "guest.snapshot cannot be restored: block handheld.ram has 64 MiB in the snapshot and 128 MiB in handheld"
//
//     Snapshot chain[] = {*std::move(base), *std::move(changes)};
//     state::restore(emulator, chain);
//
// A machine without harts, `restore(machine, snapshot)`, takes the memory of a snapshot of memory; its user tells harts
// that decoded code to forget it.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include <wirewrap/base/bytes.hpp>
#include <wirewrap/base/error.hpp>
#include <wirewrap/base/zeroes.hpp>
#include <wirewrap/state/blocks.hpp>
#include <wirewrap/state/byte_ranges.hpp>
#include <wirewrap/state/data_map.hpp>
#include <wirewrap/state/fields.hpp>
#include <wirewrap/state/progress.hpp>
#include <wirewrap/state/save.hpp>
#include <wirewrap/state/snapshot.hpp>

namespace wirewrap::state {

namespace detail {

/// What speaks against the file for machines of a board, whatever the machine's sizes; empty: nothing.
inline Text board_difference(const SnapshotHead& head, std::string_view board,
                             std::uint64_t its_fingerprint) {
    if (head.board != board) return sentence("it is of board ", head.board, ", and the machine is ", board);
    if (head.fingerprint != its_fingerprint)
        return sentence("board ", board, " was laid out differently when it was saved (fingerprint ",
                        GuestAddress{head.fingerprint}, ", now ", GuestAddress{its_fingerprint}, ")");
    return {};
}

inline void join(Text& text, const Text& more) {
    if (!text.empty() && !more.empty()) text.append("; ");
    text.append(more.view());
}

template <class T>
Text difference_to(T& target, const Snapshot& snapshot) {
    auto& machine = machine_of(target);
    using B = typename std::remove_reference_t<decltype(machine)>::BoardType;
    Text text = board_difference(snapshot.head(), board_name<B>, fingerprint<B>);
    StaticVector<NamedBlock, ram_blocks<B>.size()> blocks;
    for (const MemoryBlock& block : machine.memory_blocks())
        blocks.push_back({block.id, Bytes{block.bytes.size()}});
    join(text, difference("the snapshot", snapshot.blocks(), board_name<B>, blocks));
    if (HasMemory<T> && snapshot.head().running)
        join(text,
             sentence(
                 "it holds harts and devices, and there is only a machine to restore: restore an emulator"));
    if (!HasMemory<T> && !snapshot.head().running)
        join(text,
             sentence(
                 "it holds memory only, and harts and devices are to be restored too: restore a machine"));
    return text;
}

/// Whether each file is the base of the next.
inline Text chain_difference(std::span<const Snapshot> chain) {
    Text text;
    for (std::size_t i = 0; i != chain.size(); ++i) {
        const SnapshotHead& head = chain[i].head();
        if (i == 0 && head.changes_only)
            join(text, sentence(chain[0].name(),
                                " holds changes only: give the snapshot that it was made after first"));
        if (i != 0 && !head.changes_only)
            join(text, sentence(chain[i].name(), " holds everything: restore it alone"));
        if (i != 0 && head.changes_only && head.base != chain[i - 1].identity())
            join(text,
                 sentence(chain[i].name(), " holds the changes since snapshot ", GuestAddress{head.base},
                          ", and ", chain[i - 1].name(), " is ", GuestAddress{chain[i - 1].identity()}));
    }
    return text;
}

/// Fills the copies of the components; what speaks against that, empty: nothing.
template <class T>
Text fill(Components<T>& components, const Snapshot& snapshot) {
    Text text;
    std::size_t next = 0;
    components.each([&](std::string_view name, auto& component) {
        if (next == snapshot.components().size() || snapshot.components()[next].name != name) {
            if (text.empty()) text = sentence("the state of ", name, " is missing");
            return;
        }
        FieldReader reader(snapshot.components()[next++].fields);
        component.state(reader);
        if (const auto whole = reader.finish(); !whole && text.empty())
            text = sentence("the state of ", name,
                            " does not fit: ", std::string_view(whole.error().message));
    });
    if (text.empty() && next != snapshot.components().size())
        text = sentence("the state of ", snapshot.components()[next].name, " is unknown");
    return text;
}

/// Pages that have data are written, others become zero; those that are zero already because nobody used them are not even
/// looked at.
template <class M>
void put_memory(M& machine, const Snapshot& snapshot, ProgressCount& progress) {
    using B = typename M::BoardType;
    const bool everything = !snapshot.head().changes_only;
    const auto host = HostView::open();
    for (const MemoryBlock& block : machine.memory_blocks()) {
        const std::size_t number = declared_number<B>(block.id);
        const DataMap map = DataMap::of(machine, block, host);
        const ByteRanges before = everything ? map.within(0, block.bytes.size()) : ByteRanges{};
        const auto clear_in = [&](const ByteRanges& data, Bytes begin, Bytes end) {
            for (auto range = data.from(begin.count); range != data.end() && range->begin < end.count;
                 ++range)
                for (Bytes at{std::max(begin.count, range->begin)}, last = std::min(end, Bytes{range->end});
                     at < last; at += format::page) {
                    const auto page = block.bytes.subspan(at.count, std::min(format::page, last - at).count);
                    if (all_zero(page)) continue;
                    std::ranges::fill(page, std::byte{0});
                    machine.changed(number, at, Bytes{page.size()});
                }
        };
        Bytes at{};
        for (const StoredPages& run : snapshot.pages()) {
            if (snapshot.blocks()[run.block].id != block.id) continue;
            const Bytes end = run.offset + run.size;
            if (everything) clear_in(before, at, run.offset);
            if (run.encoding == format::zeroes) {
                clear_in(everything ? before : map.within(run.offset.count, end.count), run.offset, end);
            } else {
                snapshot.unpack(run, block.bytes.subspan(run.offset.count, run.size.count));
                machine.changed(number, run.offset, run.size);
            }
            at = end;
            progress.add(run.size);
        }
        if (everything) clear_in(before, at, Bytes{block.bytes.size()});
    }
}

}  // namespace detail

/// The first of the chain holds everything, each further one the changes since the one before. `progress` hears how much of
/// what the files hold has been put into memory.
template <Savable T>
Expected<void> restore(T& target, std::span<const Snapshot> chain, const Progress& progress = {}) {
    if (chain.empty()) return fail("there is no snapshot to restore; give one");
    for (const Snapshot& snapshot : chain)
        if (const Text text = detail::difference_to(target, snapshot); !text.empty())
            return fail(snapshot.name(), " cannot be restored: ", text);
    if (const Text text = detail::chain_difference(chain); !text.empty())
        return fail("the snapshots cannot be restored one after another: ", text);
    Bytes all{};
    for (const Snapshot& snapshot : chain)
        for (const StoredPages& run : snapshot.pages()) all += run.size;
    ProgressCount count(progress, all);
    if constexpr (HasMemory<T>) {
        for (const Snapshot& snapshot : chain) detail::put_memory(target, snapshot, count);
    } else {
        Components<T> components(target);
        if (const Text text = detail::fill(components, chain.back()); !text.empty())
            return fail(chain.back().name(), " cannot be restored: ", text);
        for (const Snapshot& snapshot : chain) detail::put_memory(target.machine(), snapshot, count);
        components.put_into(target);
        for (std::size_t i = 0; i != board_harts<typename T::MachineType::BoardType>; ++i)
            target.hart(i).forget_code();
    }
    return {};
}
template <Savable T>
Expected<void> restore(T& target, const Snapshot& snapshot, const Progress& progress = {}) {
    return restore(target, std::span(&snapshot, 1), progress);
}

}  // namespace wirewrap::state
