// Which block of a stream goes where in a machine, decided before a page is read. A difference is told by name, all of
// them in one sentence.
//
//     stream  pc.ram 16 MiB | pc.bios 256 KiB | vga.vram 16 MiB
//     machine pc.ram 16 MiB | pc.bios 256 KiB                       vga.vram: a device's, passed over
//
// Main RAM must be there, whole. Another block of the machine is loaded when the stream has it, and then its length
// must be the same. A block that only the stream has is passed over when it is a ROM's, a device's or the board's own;
// else it is RAM that the machine has not, such as a DIMM's, and told.
#pragma once

#include <algorithm>
#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <wirewrap/base/bytes.hpp>
#include <wirewrap/base/error.hpp>
#include <wirewrap/base/text.hpp>
#include <wirewrap/machine/blocks.hpp>
#include <wirewrap/qemu/device_memory.hpp>
#include <wirewrap/qemu/ram_section.hpp>

namespace wirewrap::qemu {

/// For each block of the stream the memory it goes to; empty: nowhere.
using BlockTargets = std::vector<std::span<std::byte>>;

/// What blocks are compared with.
struct MatchRules {
    std::string_view board;                     // its whole name
    std::string_view ram_id;                    // of main RAM
    std::span<const std::string_view> entries;  // names of the map's entries: of memory, and of devices
    std::span<const std::string> main_ram;     // blocks of the stream that main RAM consists of, in its order
    std::span<const std::string> skip_blocks;  // blocks of the stream that are passed over whatever they are
};

namespace detail {

/// QEMU rounds a block up to whole pages of its host, of 4 KiB to 64 KiB: RAM of a microcontroller is longer in a
/// stream. The guest sees nothing of what is added.
inline bool rounded_up(Bytes length, Bytes ram) {
    constexpr Bytes smallest{4096}, largest{65536};
    return length > ram && length - ram < largest && length % smallest == Bytes{} &&
           ram % smallest != Bytes{};
}

inline Text words(const StreamBlock& block) { return sentence(block.id, " (", block.length, ")"); }

/// Takes main RAM's memory apart over the blocks named in `ids`.
inline void match_main_ram(std::span<const StreamBlock> stream, const MemoryBlock& ram,
                           std::span<const std::string> ids, BlockTargets& targets, Text& differences) {
    const auto differ = [&](const Text& text) {
        differences.append(differences.empty() ? "" : "; ").append(text.view());
    };
    Bytes sum{};
    for (const std::string& id : ids) {
        const auto found = std::ranges::find(stream, id, &StreamBlock::id);
        if (found == stream.end()) {
            differ(sentence("block ", id, " of the machine is missing in the stream, which has ",
                            listing(
                                stream.size(), [&](std::size_t i) { return words(stream[i]); }, " and "),
                            ": give the memory backend in QEMU id=", id,
                            ", or name the blocks of main RAM in main_ram"));
            return;
        }
        const std::size_t block = static_cast<std::size_t>(found - stream.begin());
        if (!targets[block].empty()) {
            differ(sentence("main_ram names block ", id, " twice"));
            return;
        }
        if (ids.size() == 1 && rounded_up(found->length, Bytes{ram.bytes.size()})) {
            targets[block] = ram.bytes;
            return;
        }
        if (found->length <= Bytes{ram.bytes.size()} - sum)
            targets[block] = ram.bytes.subspan(sum.count, found->length.count);
        sum += found->length;
        if (sum > Bytes{ram.bytes.size()}) break;
    }
    if (sum == Bytes{ram.bytes.size()}) return;
    const bool one = ids.size() == 1;
    differ(sentence(one ? "block " : "blocks ",
                    listing(
                        ids.size(), [&](std::size_t i) { return std::string_view(ids[i]); }, " and "),
                    one ? " has " : " have ", sum, " in the stream and ", Bytes{ram.bytes.size()},
                    " in the machine: make the machine with a ram_size of ", sum));
}

/// How a sentence begins about blocks that nothing in a machine takes.
inline Text not_in_the_machine(std::span<const StreamBlock> blocks) {
    const bool one = blocks.size() == 1;
    return sentence(
        one ? "block " : "blocks ",
        listing(
            blocks.size(), [&](std::size_t i) { return words(blocks[i]); }, " and "),
        one ? " of the stream is" : " of the stream are",
        " in no ROM and no device that is known: RAM of a memory device (pc-dimm, nvdimm, virtio-mem) or "
        "memory behind a device (ivshmem), which the machine has not; save the guest without it");
}

}  // namespace detail

/// Whether a machine of the board does not miss this block. `entries`: the names in the board's map.
inline bool can_be_passed_over(std::string_view board, std::span<const std::string_view> entries,
                               const StreamBlock& block) {
    return std::ranges::find(entries, block.id) != entries.end() ||
           is_device_memory(board, block.id, block.length);
}

/// `machine`: its memory blocks.
inline Expected<BlockTargets> match_blocks(std::span<const StreamBlock> stream,
                                           std::span<const MemoryBlock> machine, const MatchRules& rules) {
    BlockTargets targets(stream.size());
    Text differences;
    const auto differ = [&](const Text& text) {
        differences.append(differences.empty() ? "" : "; ").append(text.view());
    };
    const auto skipped = [&](const auto& id) {
        return std::ranges::find(rules.skip_blocks, id) != rules.skip_blocks.end();
    };
    for (const std::string& id : rules.main_ram)
        if (skipped(id)) differ(sentence("skip_blocks names block ", id, ", which is main RAM"));
    for (const MemoryBlock& block : machine) {
        if (block.id == rules.ram_id) {
            detail::match_main_ram(stream, block, rules.main_ram, targets, differences);
            continue;
        }
        const auto found = std::ranges::find(stream, block.id, &StreamBlock::id);
        if (found == stream.end() || skipped(block.id)) continue;
        if (found->length == Bytes{block.bytes.size()})
            targets[static_cast<std::size_t>(found - stream.begin())] = block.bytes;
        else
            differ(sentence("block ", block.id, " has ", found->length, " in the stream and ",
                            Bytes{block.bytes.size()}, " in the machine: the board is of another version"));
    }
    if (!differences.empty()) return fail(differences);
    std::vector<StreamBlock> unknown;
    for (std::size_t i = 0; i != stream.size(); ++i)
        if (targets[i].empty() && !skipped(stream[i].id) &&
            !can_be_passed_over(rules.board, rules.entries, stream[i]))
            unknown.push_back(stream[i]);
    if (!unknown.empty())
        return fail(detail::not_in_the_machine(unknown), ", or name ", unknown.size() == 1 ? "it" : "them",
                    " in skip_blocks to go on without");
    return targets;
}

}  // namespace wirewrap::qemu
