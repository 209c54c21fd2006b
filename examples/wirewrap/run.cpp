// wirewrap run: firmware on a board, its serial line on the terminal or elsewhere.
#include <optional>
#include <string>
#include <utility>

#include <fmt/core.h>

#include <wirewrap/config.hpp>

#include <boards/riscv/virt.hpp>

#include "examples/wirewrap/catalog.hpp"
#include "examples/wirewrap/clock_option.hpp"
#include "examples/wirewrap/commands.hpp"
#include "examples/wirewrap/ram_options.hpp"
#include "examples/wirewrap/running.hpp"
#include "examples/wirewrap/snapshots.hpp"

namespace command {

using namespace wirewrap;

namespace {

/// A snapshot of harts that may be several: which board it is of shows by its layout.
bool of_several_harts(const state::Snapshot& snapshot) {
    return snapshot.head().fingerprint == state::fingerprint<running::SeveralHarts>;
}

/// Which clock it was saved with shows by what is saved of it.
bool goes_by_instructions(const state::Snapshot& snapshot) {
    for (const state::StoredComponent& component : snapshot.components()) {
        if (component.name != "clock") continue;
        state::FieldReader reader(component.fields);
        VirtualClock clock(board_timebase<boards::riscv::Virt>);
        clock.state(reader);
        return reader.finish().has_value();
    }
    return false;
}

}  // namespace

Expected<int> run(const RunRequest& asked) {
    RunRequest request = asked;
    const auto board = find_board(request.board, request.release);
    if (!board) return std::unexpected(board.error());
    if ((*board)->name != board_name<boards::riscv::Virt>)
        return fail((*board)->name, " cannot run: there is no hart for it yet; run ",
                    board_name<boards::riscv::Virt>);
    std::optional<state::Snapshot> snapshot;
    std::string memory = default_memory;
    if (request.restore) {
        auto opened = open_snapshot(*request.restore);
        if (!opened) return std::unexpected(opened.error());
        snapshot = std::move(*opened);
        for (const state::StoredBlock& block : snapshot->blocks())
            if (block.id == (*board)->ram_id) memory = fmt::format("{}B", block.size.count);
    }
    const auto harts = asked_harts(**board, request.ram_options, running::most_harts);
    if (!harts) return std::unexpected(harts.error());
    request.harts = *harts;
    const bool several = snapshot ? of_several_harts(*snapshot) : request.harts.value_or(1) != 1;
    const auto configuration = configure_ram(**board, request.ram_options, memory);
    if (!configuration) return std::unexpected(configuration.error());
    if (request.halted && !request.debugger)
        return fail(
            "-S lets the guest wait for a debugger, and there is nowhere for one to come to: add -s, or -gdb "
            "tcp::PORT");
    if (const auto fits = check_clock(request); !fits) return std::unexpected(fits.error());
    if (snapshot && goes_by_instructions(*snapshot) != request.shift.has_value())
        return request.shift ? fail(snapshot->name(),
                                    " was saved with the host's time, which does not go by instructions: "
                                    "leave -icount out")
                             : fail(snapshot->name(), " was saved with time that goes by instructions: add "
                                                      "-icount shift=0, or what it was");
    if (several && request.shift) return run_counted_harts(*configuration, request, snapshot);
    if (request.shift) return run_counted(*configuration, request, snapshot);
    if (several && request.threads) return run_threads(*configuration, request, snapshot);
    if (several) return run_harts(*configuration, request, snapshot);
    return running::run_on<boards::riscv::Virt, running::Default>(*configuration, request, snapshot);
}

}  // namespace command
