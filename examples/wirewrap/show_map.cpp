// wirewrap map: the memory map of a board, as a table and a picture, as JSON, or drawn to a file; or as a page.
#include <algorithm>
#include <bit>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string>

#include <fmt/core.h>
#include <nlohmann/json.hpp>
#include <unistd.h>

#include "examples/wirewrap/catalog.hpp"
#include "examples/wirewrap/commands.hpp"
#include "examples/wirewrap/map_views.hpp"
#include "examples/wirewrap/page.hpp"
#include "examples/wirewrap/ram_request.hpp"
#include "examples/wirewrap/text_file.hpp"

namespace command {

namespace {

using nlohmann::ordered_json;
using wirewrap::Expected;

std::string json(const MapView& view) {
    ordered_json map = ordered_json::array(), wires = ordered_json::array();
    for (const Stretch& stretch : view.stretches) {
        ordered_json entry{{"base", stretch.range.base.value},
                           {"size", stretch.range.size.count},
                           {"kind", stretch.kind},
                           {"name", stretch.name},
                           {"offset", stretch.offset.count}};
        if (!stretch.source.empty()) entry["source"] = stretch.source;
        if (stretch.overlay) entry["overlay"] = true;
        map.push_back(std::move(entry));
    }
    for (const wirewrap::Wire& wire : view.board.wires)
        wires.push_back(
            {{"source", wire.source}, {"pin", wire.pin}, {"sink", wire.sink}, {"line", wire.line}});
    const ordered_json document{
        {"board", view.board.name},
        {"ram_id", view.board.ram_id},
        {"ram_size", view.ram.count},
        {"harts", view.board.harts},
        {"address_bits", view.board.address_bits},
        {"byte_order", view.board.byte_order == std::endian::little ? "little" : "big"},
        {"map", std::move(map)},
        {"wires", std::move(wires)}};
    return document.dump(2) + "\n";
}

/// https://no-color.org
bool wants_color() { return ::isatty(STDOUT_FILENO) == 1 && std::getenv("NO_COLOR") == nullptr; }

}  // namespace

Expected<int> show_map(const MapRequest& request) {
    const auto board = find_board(request.board, request.release);
    if (!board) return std::unexpected(board.error());
    const auto ram = ram_of(**board, request.memory);
    if (!ram) return std::unexpected(ram.error());
    const MapView view{**board, *ram, stretches_of(**board, *ram)};

    if (request.svg)
        if (const auto written = write_file(*request.svg, drawing(view)); !written)
            return std::unexpected(written.error());
    if (request.html)
        if (const auto written = write_file(*request.html, page({*board}, *ram)); !written)
            return std::unexpected(written.error());
    if (request.json)
        fmt::print("{}", json(view));
    else if (!request.svg && !request.html)
        fmt::print("{}\n\n{}\n{}", title(view), table(view, wants_color()), picture(view, wants_color()));
    return 0;
}

}  // namespace command
