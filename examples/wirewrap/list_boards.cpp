// wirewrap boards: every board with its RAM id, default size and rule.
#include <algorithm>
#include <string>

#include <fmt/core.h>
#include <nlohmann/json.hpp>

#include <boards/descriptions.hpp>
#include <wirewrap/base/text.hpp>

#include "examples/wirewrap/commands.hpp"

namespace command {

namespace {

void print_json() {
    auto list = nlohmann::ordered_json::array();
    for (const wirewrap::BoardDescription& board : wirewrap::boards::descriptions())
        list.push_back({{"board", board.name},
                        {"ram_id", board.ram_id},
                        {"default_size", board.default_ram_size.count},
                        {"rule", board.ram_rule}});
    fmt::print("{}\n", list.dump(2));
}

void print_table() {
    std::size_t name = 5, id = 6;
    for (const wirewrap::BoardDescription& board : wirewrap::boards::descriptions()) {
        name = std::max(name, board.name.size());
        id = std::max(id, board.ram_id.size());
    }
    constexpr auto line = "{:{}}  {:{}}  {:>13}  {}\n";
    fmt::print(line, "board", name, "RAM id", id, "default size", "accepts");
    for (const wirewrap::BoardDescription& board : wirewrap::boards::descriptions())
        fmt::print(line, board.name, name, board.ram_id, id, board.default_ram_size.count, board.ram_rule);
}

}  // namespace

wirewrap::Expected<int> list_boards(const BoardsRequest& request) {
    if (request.json)
        print_json();
    else
        print_table();
    return 0;
}

}  // namespace command
