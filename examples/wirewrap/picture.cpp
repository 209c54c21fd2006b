#include <algorithm>
#include <cmath>
#include <cstddef>
#include <iterator>
#include <string>

#include <fmt/core.h>

#include <wirewrap/base/text.hpp>

#include "examples/wirewrap/map_views.hpp"
#include "examples/wirewrap/palette.hpp"

namespace command {

using namespace wirewrap;

namespace {

constexpr std::size_t bar = 3;  // columns of fill at the left of a box

std::string repeat(std::string_view text, std::size_t count) {
    std::string out;
    for (std::size_t i = 0; i != count; ++i) out += text;
    return out;
}

std::size_t rows_of(const Stretch& stretch) {
    return 1 + static_cast<std::size_t>(std::lround(4 * magnitude(stretch.range.size)));
}

std::string label(const Stretch& stretch) {
    if (!stretch.source.empty() && stretch.source != stretch.name)
        return fmt::format("{} of {}", stretch.name, stretch.source);
    return std::string(stretch.name);
}

/// Draws line after line: an address on the left where something begins, then the box.
class Canvas {
public:
    Canvas(std::size_t margin, std::size_t name_width, bool color)
        : margin_(margin), name_width_(name_width), inner_(bar + 2 + name_width + 2 + size_width + 1),
          color_(color) {}

    void border(GuestAddress address, std::string_view left, std::string_view right) {
        line(hex(address), fmt::format("{}{}{}", left, repeat("─", inner_), right));
    }
    void box(const Stretch& stretch) {
        const std::string fill = painted(repeat(look_of(stretch.kind).fill, bar), stretch.kind, color_);
        const std::size_t rows = rows_of(stretch), middle = (rows - 1) / 2;
        for (std::size_t row = 0; row != rows; ++row) {
            const bool named = row == middle;
            const std::string size = named ? sentence(stretch.range.size).string() : "";
            line("", fmt::format("│{}  {:<{}}  {:>{}} │", fill, named ? label(stretch) : "", name_width_,
                                 size, size_width));
        }
    }
    void hole(const Stretch& stretch) { line("", fmt::format("┊ {:^{}} ┊", extent(stretch), inner_ - 2)); }
    /// The lower edge of the last box.
    void floor(const std::string& address) { line(address, fmt::format("└{}┘", repeat("─", inner_))); }
    void end(const std::string& address) { line(address, ""); }
    std::string take() { return std::move(out_); }

private:
    static constexpr std::size_t size_width = 9;

    void line(std::string_view address, std::string_view rest) {
        std::string text = fmt::format("{:>{}} {}", address, margin_, rest);
        text.erase(text.find_last_not_of(' ') + 1);
        out_ += text + "\n";
    }

    std::size_t margin_, name_width_, inner_;
    bool color_;
    std::string out_;
};

}  // namespace

std::string picture(const MapView& view, bool color) {
    const std::vector<Stretch> stretches = with_holes(view.board, view.stretches);
    std::size_t margin = 3, name = 16;
    for (const Stretch& stretch : stretches) {
        margin = std::max({margin, hex(stretch.range.base).size(), end_of(stretch.range).size()});
        name = std::max(name, label(stretch).size());
    }
    Canvas canvas(margin, name, color);
    bool open = false;  // the line before is inside a box
    for (const Stretch& stretch : stretches) {
        if (stretch.is_hole()) {
            if (open)
                canvas.border(stretch.range.base, "└", "┘");
            else
                canvas.end(hex(stretch.range.base));
            canvas.hole(stretch);
        } else {
            canvas.border(stretch.range.base, open ? "├" : "┌", open ? "┤" : "┐");
            canvas.box(stretch);
        }
        open = !stretch.is_hole();
    }
    if (stretches.empty()) return "nothing is mapped\n";
    const std::string end = end_of(stretches.back().range);
    if (open)
        canvas.floor(end);
    else
        canvas.end(end);
    return canvas.take();
}

}  // namespace command
