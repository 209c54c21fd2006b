// What a page knows of a board: its map, and for each size of RAM where that lies, so that nothing is placed in the browser.
//
//     {"boards": [{"names": [["riscv64/virt", alias, since, until]], "ram": "riscv_virt_board.ram", "rule": "any amount",
//                  "fixed": [["1000", "f000", "rom", "riscv_virt_board.mrom", source, "0", overlay], …],
//                  "sizes": [["8000000", [["80000000", "8000000", "0", 0]]], …],   window: base, size, offset, how
//                  "wires": [["uart0", "irq", "plic", 10], …],
//                  "registers": {"uart0": 4}, …}],                                 number in the list of the document
//      "registers": [[["rbr", "0", 1, "r", "received byte", 1, "1", ""], …], …]}
//
// Addresses and sizes are hexadecimal texts, for numbers of a browser have 53 bits. How: 0 RAM, 1 a mirror of it, 2 a mirror
// that is an entry of the map.
#include "examples/wirewrap/page.hpp"

#include <algorithm>
#include <bit>
#include <charconv>
#include <cstdint>
#include <map>
#include <ranges>

#include <nlohmann/json.hpp>

#include <boards/descriptions.hpp>
#include <wirewrap/config/ram_size.hpp>

#include "examples/wirewrap/stretches.hpp"

namespace command {

using namespace wirewrap;
using nlohmann::ordered_json;

namespace {

std::string hex_digits(std::uint64_t value) {
    char digits[16];
    const auto end = std::to_chars(digits, digits + sizeof digits, value, 16).ptr;
    return {digits, end};
}
std::string hex_digits(Bytes size) { return hex_digits(size.count); }

class Document {
public:
    void add(const BoardDescription& board, std::optional<Bytes> ram) {
        ordered_json body = body_of(board, ram);
        const std::string text = body.dump();
        const auto [same, is_new] = numbers_.try_emplace(text, boards_.size());
        if (is_new) {
            boards_.push_back({{"names", ordered_json::array()}});
            boards_.back().update(body);
        }
        boards_[same->second]["names"].push_back(
            {board.name, board.alias.name, since(board.releases), until(board.releases)});
    }

    /// For a script element, which ends at the first </.
    std::string text() const {
        std::string document = ordered_json{{"boards", boards_}, {"registers", registers_}}.dump();
        std::string safe;
        for (const char c : document) c == '<' ? safe += "\\u003c" : safe += c;
        return safe;
    }

private:
    ordered_json body_of(const BoardDescription& board, std::optional<Bytes> ram) {
        ordered_json fixed = ordered_json::array(), sizes = ordered_json::array(),
                     wires = ordered_json::array();
        for (const Stretch& stretch : fixed_stretches(board))
            fixed.push_back({hex_digits(stretch.range.base.value), hex_digits(stretch.range.size),
                             stretch.kind, stretch.name, stretch.source, hex_digits(stretch.offset),
                             stretch.overlay ? 1 : 0});
        auto choice = sizes_to_choose(board);
        if (ram && !std::ranges::binary_search(choice, *ram))
            choice.insert(std::ranges::lower_bound(choice, *ram), *ram);
        for (const Bytes size : choice) sizes.push_back({hex_digits(size), windows_of(board, size)});
        for (const Wire& wire : board.wires) wires.push_back({wire.source, wire.pin, wire.sink, wire.line});
        return {{"ram", board.ram_id},
                {"rule", board.ram_rule},
                {"default", hex_digits(board.default_ram_size)},
                {"first", hex_digits(ram.value_or(board.default_ram_size))},
                {"bits", board.address_bits},
                {"order", board.byte_order == std::endian::little ? "little-endian" : "big-endian"},
                {"harts", board.harts},
                {"fixed", std::move(fixed)},
                {"sizes", std::move(sizes)},
                {"wires", std::move(wires)},
                {"registers", registers_of(board)}};
    }

    static std::vector<Stretch> windows_not_in_map(const BoardDescription& board, Bytes size) {
        auto stretches = stretches_of(board, size);
        std::erase_if(stretches, [&](const Stretch& stretch) { return is_fixed(board, stretch); });
        return stretches;
    }
    static std::vector<Stretch> fixed_stretches(const BoardDescription& board) {
        auto stretches = stretches_of(board, board.default_ram_size);
        std::erase_if(stretches, [&](const Stretch& stretch) { return !is_fixed(board, stretch); });
        return stretches;
    }
    static bool is_fixed(const BoardDescription& board, const Stretch& stretch) {
        return std::ranges::any_of(board.flat_view,
                                   [&](const FlatRange& range) { return range.range == stretch.range; });
    }
    static ordered_json windows_of(const BoardDescription& board, Bytes size) {
        const auto drawn = windows_not_in_map(board, size);
        ordered_json windows = ordered_json::array();
        for (const RamWindow& window : board.ram_windows(size)) {
            const bool is_drawn = std::ranges::any_of(
                drawn, [&](const Stretch& stretch) { return stretch.range == window.range(); });
            windows.push_back({hex_digits(window.base.value), hex_digits(window.size),
                               hex_digits(window.offset),
                               !window.mirror ? 0
                               : is_drawn     ? 1
                                              : 2});
        }
        return windows;
    }

    ordered_json registers_of(const BoardDescription& board) {
        constexpr std::string_view access[] = {"rw", "r", "w"};
        ordered_json entries = ordered_json::object();
        for (const Region& region : board.regions) {
            if (region.register_map.empty()) continue;
            ordered_json map = ordered_json::array();
            for (const DeviceRegister& each : region.register_map)
                map.push_back({each.name, hex_digits(each.offset), each.width.count,
                               access[static_cast<std::size_t>(each.access)], each.says, each.count,
                               hex_digits(each.stride), each.alternate_of});
            const auto known = std::ranges::find(registers_, map);
            entries[std::string(region.name)] = known - registers_.begin();
            if (known == registers_.end()) registers_.push_back(std::move(map));
        }
        return entries;
    }

    ordered_json boards_ = ordered_json::array(), registers_ = ordered_json::array();
    std::map<std::string, std::size_t> numbers_;  // of boards, by what they are
};

/// The text with each part in the place of its mark.
std::string filled(std::string_view html,
                   std::initializer_list<std::pair<std::string_view, std::string_view>> parts) {
    std::string text;
    while (!html.empty()) {
        std::size_t first = html.size();
        std::pair<std::string_view, std::string_view> next{};
        for (const auto& part : parts)
            if (const std::size_t at = html.find(part.first); at < first) first = at, next = part;
        text.append(html.substr(0, first)).append(next.second);
        html.remove_prefix(first + next.first.size());
    }
    return text;
}

std::string page_of(const Document& document, std::string_view title) {
    return filled(page_parts::html, {{"@title@", title},
                                     {"/*@css@*/", page_parts::css},
                                     {"/*@js@*/", page_parts::js},
                                     {"@data@", document.text()}});
}

}  // namespace

std::vector<Bytes> sizes_to_choose(const BoardDescription& board) {
    std::vector<Bytes> sizes{board.default_ram_size};
    for (std::uint64_t power = 4096; power <= std::uint64_t{1} << 40; power *= 2)
        for (const std::uint64_t quarters : {4u, 5u, 6u, 7u}) {
            const Bytes size{power / 4 * quarters};
            const auto rounded = requested_ram(size, board.default_ram_size);
            if (power >> 40 != 0 && quarters != 4) break;
            if (rounded == size && board.ram_verdict(size)) sizes.push_back(size);
        }
    std::ranges::sort(sizes);
    const auto [first, last] = std::ranges::unique(sizes);
    sizes.erase(first, last);
    return sizes;
}

std::string page(const Boards& boards, std::optional<Bytes> ram) {
    Document document;
    for (const BoardDescription* board : boards) document.add(*board, ram);
    return page_of(document, boards.size() == 1 ? boards.front()->name : "Boards");
}

std::string catalogue_page() {
    Boards all;
    for (const BoardDescription& board : boards::descriptions()) all.push_back(&board);
    const auto target = [](const BoardDescription* board) {
        return board->name.substr(0, board->name.find('/'));
    };
    std::ranges::stable_sort(all, {}, target);
    return page(all);
}

}  // namespace command
