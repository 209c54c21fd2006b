// wirewrap ram: what memory a file holds, whether it is that of a board, and the bytes of a range.
#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <fmt/core.h>

#include "examples/wirewrap/catalog.hpp"
#include "examples/wirewrap/commands.hpp"
#include "examples/wirewrap/hex_dump.hpp"
#include "examples/wirewrap/qemu_stream.hpp"
#include "examples/wirewrap/snapshots.hpp"

namespace command {

using namespace wirewrap;
using state::Snapshot;
using state::StoredBlock;
using state::StoredPages;

namespace {

/// Pages of a block that the file has.
Bytes stored(const Snapshot& snapshot, std::size_t block) {
    Bytes sum{};
    for (const StoredPages& run : snapshot.pages())
        if (run.block == block) sum += run.size;
    return sum;
}

void list(const Snapshot& snapshot) {
    const state::SnapshotHead& head = snapshot.head();
    fmt::print("board        {}\nfingerprint  {:#018x}\nidentity     {:#018x}\n", head.board,
               head.fingerprint, snapshot.identity());
    if (head.changes_only) fmt::print("changes of   {:#018x}\n", head.base);
    std::string components;
    for (const state::StoredComponent& component : snapshot.components())
        components += (components.empty() ? "" : ", ") + std::string(component.name);
    fmt::print("state of     {}\n\n", components.empty() ? "nothing but memory" : components);
    std::size_t width = 5;
    for (const StoredBlock& block : snapshot.blocks()) width = std::max(width, block.id.size());
    fmt::print("{:<{}}  {:>14}  {:>14}\n", "BLOCK", width, "BYTES", "IN THE FILE");
    for (std::size_t i = 0; i != snapshot.blocks().size(); ++i)
        fmt::print("{:<{}}  {:>14}  {:>14}{}\n", snapshot.blocks()[i].id, width,
                   snapshot.blocks()[i].size.count, stored(snapshot, i).count,
                   snapshot.blocks()[i].writable ? "" : "  read-only");
}

/// Blocks of a file against what the board declares. Which of its devices have a block, a description does not say: a block
/// may be any device's that is as large.
Expected<void> compare(const Snapshot& snapshot, const BoardDescription& board) {
    Text text;
    const auto say = [&](const Text& more) {
        if (!text.empty()) text.append("; ");
        text.append(more.view());
    };
    if (snapshot.head().board != board.name)
        say(sentence("it is of board ", snapshot.head().board, ", not ", board.name));
    const auto find = [&](std::string_view id) -> const StoredBlock* {
        for (const StoredBlock& block : snapshot.blocks())
            if (block.id == id) return &block;
        return nullptr;
    };
    if (const StoredBlock* ram = find(board.ram_id); ram == nullptr && board.default_ram_size != Bytes{})
        say(sentence("main RAM, block ", board.ram_id, ", is missing"));
    else if (const Verdict verdict = ram == nullptr ? accepted() : board.ram_verdict(ram->size); !verdict)
        say(verdict.reason());
    for (const Region& region : board.regions)
        if (region.is_block() && find(region.name) == nullptr)
            say(sentence("block ", region.name, ", ", region.range.size, ", is missing"));
    for (const StoredBlock& block : snapshot.blocks()) {
        if (block.id == board.ram_id) continue;
        const auto region = std::ranges::find(board.regions, block.id, &Region::name);
        if (region == board.regions.end())
            say(sentence("block ", block.id, ", ", block.size, ", is unknown to ", board.name));
        else if (region->range.size != block.size)
            say(sentence("block ", block.id, " has ", block.size, ", and ", region->range.size, " on ",
                         board.name));
    }
    if (!text.empty()) return fail(snapshot.name(), " is not memory of ", board.name, ": ", text);
    return {};
}

/// The bytes of a stretch of a block; what is not in the file is zero, which a file of changes cannot say.
std::vector<std::byte> bytes_of(const Snapshot& snapshot, std::size_t block, Bytes offset, Bytes size) {
    std::vector<std::byte> bytes(size.count), unpacked;
    for (const StoredPages& run : snapshot.pages()) {
        if (run.block != block || run.offset + run.size <= offset || run.offset >= offset + size) continue;
        unpacked.resize(run.size.count);
        snapshot.unpack(run, unpacked);
        const Bytes first = std::max(run.offset, offset),
                    end = std::min(run.offset + run.size, offset + size);
        std::copy_n(unpacked.begin() + static_cast<std::ptrdiff_t>((first - run.offset).count),
                    (end - first).count, bytes.begin() + static_cast<std::ptrdiff_t>((first - offset).count));
    }
    return bytes;
}

Expected<void> dump(const Snapshot& snapshot, const RamRequest& request) {
    const auto& blocks = snapshot.blocks();
    const auto block = std::ranges::find(blocks, std::string_view(*request.dump), &StoredBlock::id);
    if (block == blocks.end())
        return fail(snapshot.name(), " has no block ", *request.dump, "; it has ",
                    listing(blocks.size(), [&](std::size_t i) { return blocks[i].id; }, " and "));
    if (snapshot.head().changes_only)
        return fail(snapshot.name(),
                    " holds changes only, not what is between them; dump what was restored from it");
    const auto range = dump_range(request, block->id, block->size);
    if (!range) return std::unexpected(range.error());
    print_bytes(
        bytes_of(snapshot, static_cast<std::size_t>(block - blocks.begin()), range->offset, range->size),
        range->offset);
    return {};
}

}  // namespace

Expected<int> ram(const RamRequest& request) {
    const auto stream = is_qemu_stream(request.file);
    if (!stream) return std::unexpected(stream.error());
    if (*stream && request.qemu_stream)
        return fail(request.file, " is a stream of QEMU already; --qemu-stream makes one of a snapshot");
    if (*stream) return ram_of_stream(request);
    const auto snapshot = open_snapshot(request.file);
    if (!snapshot) return std::unexpected(snapshot.error());
    if (request.board) {
        const auto board = find_board(*request.board, request.release);
        if (!board) return std::unexpected(board.error());
        if (const auto fits = compare(*snapshot, **board); !fits) return std::unexpected(fits.error());
    }
    if (request.qemu_stream) {
        if (const auto written = write_qemu_stream(*snapshot, request); !written)
            return std::unexpected(written.error());
    } else if (request.dump) {
        if (const auto dumped = dump(*snapshot, request); !dumped) return std::unexpected(dumped.error());
    } else {
        list(*snapshot);
    }
    return 0;
}

}  // namespace command
