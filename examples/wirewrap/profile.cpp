// wirewrap profile: runs firmware as `run` does, counts what it executes, and writes its hot code as a C++
// header.
#include <cctype>
#include <cstdint>
#include <filesystem>
#include <limits>
#include <string>
#include <system_error>

#include <fmt/core.h>

#include <wirewrap/config.hpp>
#include <wirewrap/cpu/riscv/fused/hot_header.hpp>
#include <wirewrap/cpu/riscv/hart.hpp>
#include <wirewrap/emulator.hpp>
#include <wirewrap/hostmem/selected.hpp>

#include <boards/riscv/virt.hpp>

#include "examples/wirewrap/booting.hpp"
#include "examples/wirewrap/catalog.hpp"
#include "examples/wirewrap/commands.hpp"
#include "examples/wirewrap/host_console.hpp"
#include "examples/wirewrap/ram_options.hpp"
#include "examples/wirewrap/text_file.hpp"

namespace command {

using namespace wirewrap;

namespace {

using Board = boards::riscv::Virt;

template <class Bus>
using Counted = riscv::Hart<Bus, riscv::Bare, riscv::DefaultDispatch, riscv::Counting>;

/// `hot/u-boot.hpp` defines `u_boot`.
std::string variable_of(const std::string& path) {
    std::string name = std::filesystem::path(path).stem().string();
    for (char& c : name)
        if (std::isalnum(static_cast<unsigned char>(c)) == 0) c = '_';
    if (name.empty() || std::isdigit(static_cast<unsigned char>(name.front())) != 0) name = "profile_" + name;
    return name;
}

std::string program_of(const RunRequest& request) {
    const auto file = [](const std::string& path) { return std::filesystem::path(path).filename().string(); };
    if (request.bios && request.kernel) return file(*request.bios) + " with " + file(*request.kernel);
    if (request.bios) return file(*request.bios);
    return request.kernel ? file(*request.kernel) : "Debian's U-Boot";
}

}  // namespace

Expected<int> profile(const ProfileRequest& request) {
    const auto board = find_board(request.run.board);
    if (!board) return std::unexpected(board.error());
    if ((*board)->name != board_name<Board>)
        return fail((*board)->name, " cannot run: there is no hart for it yet; profile ", board_name<Board>);
    const auto configuration = configure_ram(**board, request.run.ram_options, default_memory);
    if (!configuration) return std::unexpected(configuration.error());
    if (const auto harts = asked_harts(**board, request.run.ram_options, 1); !harts)
        return std::unexpected(harts.error());
    const auto images = read_images(request.run, configuration->sizes.ram);
    if (!images) return std::unexpected(images.error());
    auto machine = Machine<Board, hostmem::Selected>::create(
        {.ram_size = configuration->sizes.ram, .memory = config::main_ram(*configuration)});
    if (!machine) return std::unexpected(machine.error());

    Emulator<Machine<Board, hostmem::Selected>, Counted> emulator(*machine);
    HostConsole console;
    using Hart = Counted<Machine<Board, hostmem::Selected>>;
    const auto start = load<Hart>(*machine, *images, request.run, !console.is_terminal());
    if (!start) return std::unexpected(start.error());
    emulator.hart(0).set_pc(start->value);
    emulator.run(console, request.instructions.value_or(std::numeric_limits<std::uint64_t>::max()));
    if (console.output_error() != 0)
        return fail("standard output cannot be written: ",
                    std::generic_category().message(console.output_error()));

    const riscv::HotTraces hot = riscv::find_hot_traces(emulator.hart(0).regions().counts());
    if (hot.regions.empty())
        return fail("nothing of ", program_of(request.run), " is hot: it executed ", hot.executed,
                    " instructions, all of them rarely; let it run longer");
    const std::string text = riscv::hot_header(request.name.value_or(variable_of(request.output)),
                                               program_of(request.run), hot);
    if (const auto written = write_file(request.output, text); !written)
        return std::unexpected(written.error());
    return 0;
}

}  // namespace command
