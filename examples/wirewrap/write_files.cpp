// wirewrap write: files about a board for other tools.
#include <cstdio>
#include <string>
#include <utility>
#include <vector>

#include <fmt/core.h>

#include <wirewrap/files.hpp>

#include "examples/wirewrap/board_tree.hpp"
#include "examples/wirewrap/catalog.hpp"
#include "examples/wirewrap/commands.hpp"
#include "examples/wirewrap/ram_request.hpp"
#include "examples/wirewrap/text_file.hpp"

namespace command {

using namespace wirewrap;

namespace {

struct Kind {
    std::optional<std::string> WriteRequest::* path;
    Expected<std::string> (*make)(const BoardDescription& board, Bytes ram_size);
};
constexpr Kind kinds[] = {
    {&WriteRequest::linker_script, &files::linker_script},
    {&WriteRequest::c_header, &files::c_header},
    {&WriteRequest::svd, &files::svd},
    {&WriteRequest::gdb_map, &files::gdb_memory_map},
    {&WriteRequest::tree, &board_tree},
    {&WriteRequest::qemu_command, &files::qemu_command},
};

}  // namespace

Expected<int> write_files(const WriteRequest& request) {
    const auto board = find_board(request.board, request.release);
    if (!board) return std::unexpected(board.error());
    const auto ram = ram_of(**board, request.memory);
    if (!ram) return std::unexpected(ram.error());
    // All of them are made before one is written.
    std::vector<std::pair<std::string, std::string>> made;
    for (const Kind& kind : kinds) {
        const auto& path = request.*kind.path;
        if (!path) continue;
        auto text = kind.make(**board, *ram);
        if (!text) return std::unexpected(text.error());
        made.emplace_back(*path, std::move(*text));
    }
    if (made.empty())
        return fail(
            "write needs to know what and where to, such as --ld board.ld; see `wirewrap write --help`");
    for (const auto& [path, text] : made) {
        if (path == "-")
            std::fwrite(text.data(), 1, text.size(), stdout);
        else if (const auto written = write_file(path, text); !written)
            return std::unexpected(written.error());
    }
    return 0;
}

}  // namespace command
