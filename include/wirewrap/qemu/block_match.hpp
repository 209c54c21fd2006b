// Which block of a stream goes where in a machine, decided before a page is read. A difference is told by name, all of
// them in one sentence.
//
//     stream  pc.ram 16 MiB | pc.bios 256 KiB | vga.vram 16 MiB
//     machine pc.ram 16 MiB | pc.bios 256 KiB                       vga.vram: a device's, passed over
//
// Main RAM must be there, whole. Another block of the machine is loaded when the stream has it, and then its length
// must be the same; a block that only the stream has belongs to a device.
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
#include <wirewrap/qemu/ram_section.hpp>

namespace wirewrap::qemu {

/// For each block of the stream the memory it goes to; empty: nowhere.
using BlockTargets = std::vector<std::span<std::byte>>;

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

}  // namespace detail

/// `machine`: its memory blocks. `main_ram`: the ids, in the stream, of the blocks that main RAM (`ram_id`) consists
/// of, in its order.
inline Expected<BlockTargets> match_blocks(std::span<const StreamBlock> stream,
                                           std::span<const MemoryBlock> machine, std::string_view ram_id,
                                           std::span<const std::string> main_ram) {
    BlockTargets targets(stream.size());
    Text differences;
    for (const MemoryBlock& block : machine) {
        if (block.id == ram_id) {
            detail::match_main_ram(stream, block, main_ram, targets, differences);
            continue;
        }
        const auto found = std::ranges::find(stream, block.id, &StreamBlock::id);
        if (found == stream.end()) continue;
        if (found->length == Bytes{block.bytes.size()})
            targets[static_cast<std::size_t>(found - stream.begin())] = block.bytes;
        else
            differences.append(differences.empty() ? "" : "; ")
                .append(sentence("block ", block.id, " has ", found->length, " in the stream and ",
                                 Bytes{block.bytes.size()},
                                 " in the machine: the board is of another version")
                            .view());
    }
    if (!differences.empty()) return fail(differences);
    return targets;
}

}  // namespace wirewrap::qemu
