#include "examples/wirewrap/catalog.hpp"

#include <string>
#include <vector>

#include <boards/descriptions.hpp>
#include <wirewrap/base/text.hpp>

#include "examples/wirewrap/spelling.hpp"

namespace command {

using namespace wirewrap;

namespace {

struct FullName {
    std::string_view target, machine;  // of "riscv64/virt"
};

FullName split(std::string_view name) {
    const std::size_t slash = name.find('/');
    return {name.substr(0, slash), name.substr(slash + 1)};
}

bool is_machine(const BoardDescription& board, std::string_view machine) {
    return split(board.name).machine == machine || (!board.alias.empty() && board.alias == machine);
}

bool is_called(const BoardDescription& board, std::string_view name) {
    return board.name == name || (name.contains('/') && split(board.name).target == split(name).target &&
                                  is_machine(board, split(name).machine));
}

/// Names to suggest, whole ones also when only the machine was written.
std::vector<std::string_view> near_boards(std::string_view name) {
    const bool whole = name.contains('/');
    return nearest(
        name, boards::descriptions(),
        [whole](const BoardDescription& board) { return whole ? board.name : split(board.name).machine; },
        &BoardDescription::name);
}

}  // namespace

Expected<const BoardDescription*> find_board(std::string_view name) {
    std::vector<const BoardDescription*> found;
    for (const BoardDescription& board : boards::descriptions()) {
        if (is_called(board, name)) return &board;
        if (is_machine(board, name)) found.push_back(&board);
    }
    if (found.size() == 1) return found.front();
    if (found.size() > 1) {
        const Text names = listing(found.size(), [&](std::size_t i) { return found[i]->name; });
        return fail(name, " is the name of ", found.size(), " boards; write ", names);
    }
    const auto near = near_boards(name);
    if (near.empty()) return fail("there is no board ", in_quotes(name), "; `wirewrap boards` lists them");
    return fail("there is no board ", in_quotes(name), "; did you mean ", spelled(near), "?");
}

}  // namespace command
