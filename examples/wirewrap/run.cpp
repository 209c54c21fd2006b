// wirewrap run: firmware on a board, its serial line on the terminal or elsewhere.
#include <optional>
#include <string>
#include <utility>

#include <fmt/core.h>

#include <wirewrap/config.hpp>
#if defined(__x86_64__)
#include <wirewrap/jit.hpp>
#endif

#include <boards/riscv/virt.hpp>

#include "examples/wirewrap/catalog.hpp"
#include "examples/wirewrap/commands.hpp"
#include "examples/wirewrap/ram_options.hpp"
#include "examples/wirewrap/running.hpp"
#include "examples/wirewrap/snapshots.hpp"

namespace command {

using namespace wirewrap;

namespace {

#if defined(__x86_64__)
template <class Bus>
using Rv64 = running::Rv64<Bus, jit::Translated>;
#else
template <class Bus>
using Rv64 = running::Rv64<Bus>;
#endif

}  // namespace

Expected<int> run(const RunRequest& request) {
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
    const auto configuration = configure_ram(**board, request.ram_options, memory);
    if (!configuration) return std::unexpected(configuration.error());
    if (request.halted && !request.debugger)
        return fail(
            "-S lets the guest wait for a debugger, and there is nowhere for one to come to: add -s, or -gdb "
            "tcp::PORT");
    if (request.interpret) return run_interpreted(*configuration, request, snapshot);
    return running::run_on<boards::riscv::Virt, Rv64>(*configuration, request, snapshot);
}

}  // namespace command
