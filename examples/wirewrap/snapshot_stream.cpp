// The main RAM of a snapshot as a migration stream that QEMU takes.
#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include <wirewrap/base/bytes.hpp>
#include <wirewrap/base/error.hpp>
#include <wirewrap/qemu/load_ram.hpp>
#include <wirewrap/qemu/stream_writer.hpp>
#include <wirewrap/qemu/target_page.hpp>
#include <wirewrap/state/atomic_file.hpp>
#include <wirewrap/state/snapshot.hpp>

#include "examples/wirewrap/catalog.hpp"
#include "examples/wirewrap/qemu_stream.hpp"

namespace command {

using namespace wirewrap;
using namespace wirewrap::literals;

Expected<void> write_qemu_stream(const state::Snapshot& snapshot, const RamRequest& request) {
    const std::string_view name = snapshot.head().board;
    const auto board = find_board(name, request.release);
    if (!board) return std::unexpected(board.error());
    const auto page = qemu::target_page(name);
    if (!page) return fail("QEMU writes no streams of ", name, ", so there is none to write for it");
    if (snapshot.head().changes_only)
        return fail(snapshot.name(), " holds changes only, not what is between them; save the run that was "
                                     "restored from it as a whole");
    const auto& blocks = snapshot.blocks();
    const auto ram = std::ranges::find(blocks, (*board)->ram_id, &state::StoredBlock::id);
    if (ram == blocks.end())
        return fail(snapshot.name(), " has no block ", (*board)->ram_id, ", the main RAM of ", name);

    auto file = state::AtomicFile::create(*request.qemu_stream);
    if (!file) return std::unexpected(file.error());
    // Where a machine's CPU has larger pages than the least of its target, the stream says so: on ARM, all but the oldest.
    const bool chosen = *page == 1_KiB;
    qemu::RamStreamWriter writer(*file, {.machine = qemu::machine_type_of(name),
                                         .block = ram->id,
                                         .size = ram->size,
                                         .page = chosen ? 4_KiB : *page,
                                         .says_page = chosen});
    if (auto begun = writer.begin(); !begun) return begun;
    std::vector<std::byte> bytes;
    for (const state::StoredPages& run : snapshot.pages()) {
        if (run.block != static_cast<std::size_t>(ram - blocks.begin())) continue;
        bytes.resize(run.size.count);
        snapshot.unpack(run, bytes);
        if (auto written = writer.pages(run.offset, bytes); !written) return written;
    }
    if (auto finished = writer.finish(); !finished) return finished;
    return file->publish();
}

}  // namespace command
