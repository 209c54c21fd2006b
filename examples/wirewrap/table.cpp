#include <algorithm>
#include <cmath>
#include <iterator>
#include <string>

#include <fmt/color.h>
#include <fmt/core.h>

#include <wirewrap/base/text.hpp>

#include "examples/wirewrap/map_views.hpp"
#include "examples/wirewrap/palette.hpp"

namespace command {

using namespace wirewrap;

std::string title(const MapView& view) {
    const BoardDescription& board = view.board;
    const char* const order = board.byte_order == std::endian::little ? "little-endian" : "big-endian";
    return sentence(board.name, " with ", view.ram, " of RAM: ", board.harts,
                    board.harts == 1 ? " hart, " : " harts, ", board.address_bits, " address bits, ", order)
        .string();
}

double magnitude(Bytes size) {
    constexpr double least = 12, most = 32;
    return std::clamp((std::log2(static_cast<double>(size.count)) - least) / (most - least), 0.0, 1.0);
}

std::string table(const MapView& view, bool color) {
    std::size_t address = 6, name = 4;
    for (const Stretch& stretch : view.stretches) {
        address = std::max(address, hex(stretch.range.base).size());
        address = std::max(address, end_of(stretch.range).size());
        name = std::max(name, stretch.name.size());
    }
    std::string out;
    const auto to = std::back_inserter(out);
    fmt::format_to(to, "{:<{}}  {:>9}  {:<6}  {}\n", "addresses", 2 * address + 4, "size", "kind", "name");
    for (const Stretch& stretch : view.stretches) {
        const std::string what = remark(view.board, stretch);
        fmt::format_to(to, "[{:>{}}, {:>{}})  {:>9}  {}  ", hex(stretch.range.base), address,
                       end_of(stretch.range), address, sentence(stretch.range.size).view(),
                       painted(fmt::format("{:<6}", stretch.kind), stretch.kind, color));
        if (what.empty())
            fmt::format_to(to, "{}\n", stretch.name);
        else
            fmt::format_to(to, "{:<{}}  {}\n", stretch.name, name, what);
    }
    return out;
}

}  // namespace command
