// The memory map as SVG: boxes from low to high addresses, and the interrupt wires beside them.
//
//     addresses   boxes              lanes of the wires    harts
//     0x10000000  ┌─────────┐ irq
//                 │ uart0   ├──────────────┐
//                 ├─────────┤              │
//                 │ plic    │<─────────────┘ 10
//                 │         ├─context0──────────────────>┌───────┐
//                 └─────────┘                         11 │ hart0 │
#include <algorithm>
#include <cmath>
#include <cstddef>
#include <iterator>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include <fmt/core.h>
#include <range/v3/algorithm/find.hpp>
#include <range/v3/algorithm/stable_sort.hpp>

#include <wirewrap/base/text.hpp>

#include "examples/wirewrap/map_views.hpp"
#include "examples/wirewrap/palette.hpp"

namespace command {

using namespace wirewrap;

namespace {

// Pixels.
constexpr double box_left = 190, box_width = 330, box_right = box_left + box_width;
constexpr double top = 104, hole_height = 34, least_height = 34, most_growth = 96, port_distance = 19;
constexpr double first_lane = box_right + 84, lane_distance = 17, hart_gap = 34, hart_width = 84;

constexpr std::string_view style = R"(
  text { font-family: "DejaVu Sans", "Helvetica Neue", Arial, sans-serif; fill: #1d2430; }
  .title { font-size: 21px; font-weight: bold; }
  .note { font-size: 12px; fill: #667085; }
  .address { font-family: "DejaVu Sans Mono", Menlo, Consolas, monospace; font-size: 12px; fill: #475467; }
  .name { font-size: 14px; font-weight: bold; }
  .kind, .pin { font-size: 11px; fill: #475467; }
  .size { font-size: 13px; }
  .hole { font-size: 12px; fill: #98a2b3; }
  .wire { fill: none; stroke: #475467; stroke-width: 1.4; }
)";

std::string escaped(std::string_view text) {
    std::string out;
    for (const char c : text) {
        if (c == '&')
            out += "&amp;";
        else if (c == '<')
            out += "&lt;";
        else if (c == '>')
            out += "&gt;";
        else
            out += c;
    }
    return out;
}

/// A box and where its ports are, the ends of wires, from top to bottom.
struct Box {
    double y = 0, height = 0;
    std::size_t ports = 0, taken = 0;

    double next_port() { return y + height * static_cast<double>(++taken) / static_cast<double>(ports + 1); }
};

struct Connection {
    const Wire* wire;
    double from = 0, to = 0;  // heights of its ends
    std::size_t lane = 0;
};

class Drawing {
public:
    explicit Drawing(const MapView& view) : view_(view), stretches_(with_holes(view.board, view.stretches)) {
        place_boxes();
        place_connections();
    }

    std::string document() {
        const bool wired = !connections_.empty();
        const double width = (wired ? hart_left() + (harts_.empty() ? 0 : hart_width) : box_right) + 36;
        print(
            R"(<svg xmlns="http://www.w3.org/2000/svg" width="{0:.0f}" height="{1:.0f}" viewBox="0 0 {0:.0f} {1:.0f}">)",
            std::max(width, 640.0), bottom_ + 66);
        print("\n<title>{}</title>\n<style>{}</style>\n", escaped(title(view_)), style);
        print(
            R"(<defs><marker id="arrow" viewBox="0 0 10 10" refX="9" refY="5" markerWidth="7" markerHeight="7" )"
            R"(orient="auto"><path d="M0,0.5 L10,5 L0,9.5 z" fill="#475467"/></marker></defs>)"
            "\n<rect width=\"100%\" height=\"100%\" fill=\"#ffffff\"/>\n");
        const std::string heading = title(view_);
        const std::size_t colon = heading.find(": ");
        text(32, 46, "title", "start", heading.substr(0, colon));
        text(32, 68, "note", "start", heading.substr(colon + 2));
        for (std::size_t i = 0; i != stretches_.size(); ++i) draw(stretches_[i], boxes_[i]);
        if (!stretches_.empty())
            text(box_left - 12, bottom_ + 4, "address", "end", end_of(stretches_.back().range));
        for (const auto& [name, box] : harts_) draw_hart(name, box);
        for (const Connection& connection : connections_) draw(connection);
        draw_legend();
        out_ += "</svg>\n";
        return std::move(out_);
    }

private:
    void place_boxes() {
        for (const Wire& wire : view_.board.wires) {
            ++ports_[wire.source];
            ++ports_[wire.sink];
        }
        double y = top;
        for (const Stretch& stretch : stretches_) {
            Box box{.y = y, .height = hole_height, .ports = ports_of(stretch)};
            if (!stretch.is_hole())
                box.height = std::max(least_height + most_growth * magnitude(stretch.range.size),
                                      port_distance * static_cast<double>(box.ports + 1));
            y += box.height;
            boxes_.push_back(box);
        }
        bottom_ = y;
    }
    std::size_t ports_of(const Stretch& stretch) const {
        const auto found = ports_.find(stretch.name);
        return stretch.is_hole() || found == ports_.end() ? 0 : found->second;
    }
    Box* box_of(std::string_view name) {
        for (std::size_t i = 0; i != stretches_.size(); ++i)
            if (!stretches_[i].is_hole() && stretches_[i].name == name) return &boxes_[i];
        return nullptr;
    }

    void place_connections() {
        for (const Wire& wire : view_.board.wires)
            if (box_of(wire.source) != nullptr) connections_.push_back({.wire = &wire});
        // From top to bottom, so that wires to the same box do not cross.
        ranges::stable_sort(connections_, {}, [&](const Connection& c) { return box_of(c.wire->source)->y; });
        for (Connection& connection : connections_)
            if (Box* const sink = box_of(connection.wire->sink)) connection.to = sink->next_port();
        for (Connection& connection : connections_)
            connection.from = box_of(connection.wire->source)->next_port();
        place_harts();
        for (Connection& connection : connections_)
            if (connection.to == 0) connection.to = harts_.at(connection.wire->sink).next_port();
        choose_lanes();
    }
    /// Each hart beside the wires that it takes.
    void place_harts() {
        for (const Connection& connection : connections_) {
            if (connection.to != 0) continue;
            Box& hart = harts_[connection.wire->sink];
            hart.y += connection.from;
            ++hart.ports;
        }
        double free_from = top;
        for (auto& [name, hart] : harts_) {
            hart.height = port_distance * static_cast<double>(hart.ports + 1);
            hart.y = std::max(free_from, hart.y / static_cast<double>(hart.ports) - hart.height / 2);
            free_from = hart.y + hart.height + 16;
        }
    }
    /// Short wires get the lanes near the boxes; wires that pass each other get lanes of their own.
    void choose_lanes() {
        std::vector<Connection*> order;
        for (Connection& connection : connections_) order.push_back(&connection);
        ranges::stable_sort(order, {}, [](const Connection* c) { return std::abs(c->to - c->from); });
        for (std::size_t i = 0; i != order.size(); ++i)
            for (std::size_t j = 0; j != i;) {
                const auto [low, high] = std::minmax(order[i]->from, order[i]->to);
                const auto [other_low, other_high] = std::minmax(order[j]->from, order[j]->to);
                const bool meet = order[j]->lane == order[i]->lane && low <= other_high && other_low <= high;
                order[i]->lane += meet ? 1 : 0;
                j = meet ? 0 : j + 1;
            }
        for (const Connection& connection : connections_) lanes_ = std::max(lanes_, connection.lane + 1);
    }
    double hart_left() const { return first_lane + lane_distance * static_cast<double>(lanes_) + hart_gap; }

    void draw(const Stretch& stretch, const Box& box) {
        const double right = box_right - 14, middle = box.y + box.height / 2;
        text(box_left - 12, box.y + 4, "address", "end", hex(stretch.range.base));
        const std::string size = sentence(stretch.range.size).string();
        if (stretch.is_hole()) {
            for (const double x : {box_left, box_right})
                print(
                    R"(<path d="M{0},{1:.1f} V{2:.1f}" stroke="#d0d5dd" stroke-dasharray="2 4" stroke-width="1.5"/>)"
                    "\n",
                    x, box.y + 3, box.y + box.height - 3);
            text(box_left + box_width / 2, middle + 4, "hole", "middle", extent(stretch));
            return;
        }
        const Look& look = look_of(stretch.kind);
        print(
            R"(<rect x="{}" y="{:.1f}" width="{}" height="{:.1f}" fill="{}" stroke="{}" stroke-width="1.5"/>)"
            "\n",
            box_left, box.y, box_width, box.height, look.paper, look.ink);
        print(R"(<rect x="{}" y="{:.1f}" width="6" height="{:.1f}" fill="{}"/>)"
              "\n",
              box_left, box.y, box.height, look.ink);
        text(box_left + 20, middle + 1, "name", "start", stretch.name);
        text(box_left + 20, middle + 14, "kind", "start", kind_line(stretch));
        text(right, middle + 1, "size", "end", size);
    }
    static std::string kind_line(const Stretch& stretch) {
        std::string line(stretch.kind);
        if (!stretch.source.empty())
            line += " of " + std::string(stretch.source) + " from " + hex({stretch.offset.count});
        if (stretch.kind == "ram") line += " from offset " + hex({stretch.offset.count});
        if (stretch.overlay) line += ", overlay";
        return line;
    }

    void draw_hart(std::string_view name, const Box& box) {
        print(
            R"(<rect x="{:.1f}" y="{:.1f}" width="{}" height="{:.1f}" rx="8" fill="#f2f4f7" stroke="#475467" )"
            R"(stroke-width="1.5"/>)"
            "\n",
            hart_left(), box.y, hart_width, box.height);
        text(hart_left() + hart_width / 2, box.y + box.height / 2 + 5, "name", "middle", name);
    }

    void draw(const Connection& connection) {
        const bool to_hart = harts_.contains(connection.wire->sink);
        const double lane = first_lane + lane_distance * static_cast<double>(connection.lane);
        const double end = to_hart ? hart_left() : box_right;
        print(
            R"svg(<path class="wire" d="M{0},{1:.1f} H{2:.1f} V{3:.1f} H{4:.1f}" marker-end="url(#arrow)"/>)svg"
            "\n",
            box_right, connection.from, lane, connection.to, end);
        text(box_right + 6, connection.from - 4, "pin", "start", connection.wire->pin);
        text(to_hart ? end - 12 : end + 14, connection.to - 4, "pin", to_hart ? "end" : "start",
             std::to_string(connection.wire->line));
    }

    void draw_legend() {
        double x = box_left;
        std::vector<std::string_view> shown;
        for (const Stretch& stretch : stretches_) {
            if (stretch.is_hole() || ranges::find(shown, stretch.kind) != shown.end()) continue;
            shown.push_back(stretch.kind);
            const Look& look = look_of(stretch.kind);
            print(
                R"(<rect x="{:.1f}" y="{:.1f}" width="13" height="13" fill="{}" stroke="{}" stroke-width="1.5"/>)"
                "\n",
                x, bottom_ + 30, look.paper, look.ink);
            text(x + 20, bottom_ + 41, "note", "start", stretch.kind);
            x += 40 + 8 * static_cast<double>(stretch.kind.size());
        }
        text(x, bottom_ + 41, "note", "start", "heights grow with the logarithm of the size");
    }

    void text(double x, double y, std::string_view cls, std::string_view anchor, std::string_view what) {
        print(R"(<text class="{}" x="{:.1f}" y="{:.1f}" text-anchor="{}">{}</text>)"
              "\n",
              cls, x, y, anchor, escaped(what));
    }
    template <class... Parts>
    void print(fmt::format_string<Parts...> format, Parts&&... parts) {
        fmt::format_to(std::back_inserter(out_), format, std::forward<Parts>(parts)...);
    }

    const MapView& view_;
    std::vector<Stretch> stretches_;
    std::vector<Box> boxes_;  // of the stretches
    double bottom_ = top;
    std::map<std::string_view, std::size_t> ports_;  // wire ends, by name
    std::map<std::string_view, Box> harts_;
    std::vector<Connection> connections_;
    std::size_t lanes_ = 0;
    std::string out_;
};

}  // namespace

std::string drawing(const MapView& view) { return Drawing(view).document(); }

}  // namespace command
