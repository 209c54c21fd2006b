// wirewrap boards: boards with their RAM ids, default sizes and rules; as a table, as JSON, or as a page.
#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include <fmt/core.h>
#include <nlohmann/json.hpp>

#include "examples/wirewrap/commands.hpp"
#include "examples/wirewrap/families.hpp"
#include "examples/wirewrap/page.hpp"
#include "examples/wirewrap/text_file.hpp"

namespace command {

namespace {

nlohmann::ordered_json text_or_null(const std::string& text) {
    return text.empty() ? nlohmann::ordered_json() : nlohmann::ordered_json(text);
}

void print_json(const Boards& boards) {
    auto list = nlohmann::ordered_json::array();
    for (const wirewrap::BoardDescription* board : boards)
        list.push_back({{"board", board->name},
                        {"ram_id", board->ram_id},
                        {"since", text_or_null(since(board->releases))},
                        {"until", text_or_null(until(board->releases))},
                        {"default_size", board->default_ram_size.count},
                        {"rule", board->ram_rule}});
    fmt::print("{}\n", list.dump(2));
}

std::string label(const Family& family) {
    return family.alias.empty() ? family.name : fmt::format("{} ({})", family.name, family.alias);
}

void print_table(const std::vector<Family>& families) {
    std::size_t name = 5, id = 6, since = 5, until = 5;
    for (const Family& family : families) {
        name = std::max(name, label(family).size());
        id = std::max(id, family.first().ram_id.size());
        since = std::max(since, family.since.size());
        until = std::max(until, family.until.size());
    }
    constexpr auto line = "{:{}}  {:{}}  {:{}}  {:{}}  {:>13}  {}\n";
    fmt::print(line, "board", name, "RAM id", id, "since", since, "until", until, "default size", "accepts");
    for (const Family& family : families) {
        const wirewrap::BoardDescription& board = family.first();
        fmt::print(line, label(family), name, board.ram_id, id, family.since, since, family.until, until,
                   board.default_ram_size.count, board.ram_rule);
    }
}

std::vector<Family> one_each(const Boards& boards, wirewrap::QemuRelease release) {
    std::vector<Family> result;
    for (const wirewrap::BoardDescription* board : boards)
        result.push_back(families_of({board}, release).front());
    return result;
}

}  // namespace

wirewrap::Expected<int> list_boards(const BoardsRequest& request) {
    if (request.markdown) {
        fmt::print("{}", boards_page());
        return 0;
    }
    if (request.html) {
        if (const auto written = write_file(*request.html, catalogue_page()); !written)
            return std::unexpected(written.error());
        return 0;
    }
    const auto boards = filtered(request.text, request.arch, request.release);
    if (!boards) return std::unexpected(boards.error());
    if (request.json)
        print_json(*boards);
    else
        print_table(request.versions ? one_each(*boards, request.release)
                                     : families_of(*boards, request.release));
    return 0;
}

}  // namespace command
