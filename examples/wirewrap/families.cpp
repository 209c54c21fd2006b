#include "examples/wirewrap/families.hpp"

#include <algorithm>
#include <cctype>
#include <iterator>
#include <set>

#include <fmt/core.h>

#include <boards/descriptions.hpp>

#include "examples/wirewrap/spelling.hpp"

namespace command {

using namespace wirewrap;

namespace {

std::string_view target_of(const BoardDescription& board) {
    return board.name.substr(0, board.name.find('/'));
}

/// "7.2" of "x86_64/pc-q35-7.2"; empty for a name without.
std::string_view version_of(std::string_view name) {
    const std::size_t dash = name.rfind('-');
    if (dash == name.npos) return {};
    const std::string_view version = name.substr(dash + 1);
    const bool numbers = std::ranges::all_of(version,
                                             [](unsigned char c) { return std::isdigit(c) || c == '.'; });
    return numbers && version.contains('.') ? version : std::string_view{};
}

bool belong_together(const BoardDescription& a, const BoardDescription& b) {
    const std::string_view a_version = version_of(a.name), b_version = version_of(b.name);
    if (a_version.empty() || b_version.empty()) return false;
    const auto family = [](std::string_view name, std::string_view version) {
        return name.substr(0, name.size() - version.size());
    };
    return family(a.name, a_version) == family(b.name, b_version) && a.ram_id == b.ram_id &&
           a.default_ram_size == b.default_ram_size && a.ram_rule == b.ram_rule &&
           a.wired_windows(a.default_ram_size) == b.wired_windows(b.default_ram_size);
}

void add(std::vector<Family>& families, const BoardDescription& board) {
    if (families.empty() || !belong_together(*families.back().boards.back(), board))
        families.push_back({std::string(board.name), std::string(target_of(board)), {}, {}});
    Family& family = families.back();
    family.boards.push_back(&board);
    if (family.boards.size() > 1)
        family.name = fmt::format("{} … {}", family.first().name, version_of(board.name));
    if (!board.alias.empty()) family.alias = board.alias;
}

bool mentions(const BoardDescription& board, std::string_view text) {
    return board.name.contains(text) || board.alias.contains(text) || board.ram_id.contains(text);
}

std::set<std::string_view> targets() {
    std::set<std::string_view> result;
    for (const BoardDescription& board : boards::descriptions()) result.insert(target_of(board));
    return result;
}

std::string places(const BoardDescription& board) {
    std::string text;
    for (const RamWindow& window : board.wired_windows(board.default_ram_size))
        text += fmt::format("{}`{}`{}", text.empty() ? "" : ", ", sentence(window.range()).view(),
                            window.mirror ? " once more" : "");
    return text.empty() ? "nowhere" : text;
}

}  // namespace

std::vector<Family> families_of(const Boards& boards) {
    std::vector<Family> families;
    for (const BoardDescription* board : boards) add(families, *board);
    return families;
}

Expected<Boards> filtered(std::string_view text, std::string_view target) {
    const auto known = targets();
    const auto is_meant = [&](std::string_view name) { return name.starts_with(target); };
    if (std::ranges::none_of(known, is_meant)) {
        const auto near = nearest(target, known);
        const std::vector<std::string_view> all(known.begin(), known.end());
        return fail("no board has the target ", in_quotes(target), "; ",
                    near.empty() ? sentence("targets are ", spelled(all))
                                 : sentence("did you mean ", spelled(near), "?"));
    }
    Boards found;
    for (const BoardDescription& board : boards::descriptions())
        if (is_meant(target_of(board)) && mentions(board, text)) found.push_back(&board);
    if (found.empty())
        return fail("no board has ", in_quotes(text), " in its name, alias or RAM id",
                    target.empty() ? Text() : sentence(" and the target ", target),
                    "; `wirewrap boards` lists all");
    return found;
}

std::string boards_page() {
    Boards all;
    for (const BoardDescription& board : boards::descriptions()) all.push_back(&board);
    std::ranges::stable_sort(all, {}, [](const BoardDescription* board) { return target_of(*board); });

    std::string page;
    const auto to = std::back_inserter(page);
    fmt::format_to(
        to,
        "# Boards\n\n"
        "The {} boards of `boards/`, by the target of QEMU that has a machine of that name. Made by\n"
        "`tools/bazel run //examples:wirewrap -- boards --markdown`; a test holds it to the boards.\n",
        all.size());
    std::string_view target;
    for (const Family& family : families_of(all)) {
        const BoardDescription& board = family.first();
        if (target != target_of(board)) {
            target = target_of(board);
            fmt::format_to(to,
                           "\n## {}\n\n| machine | RAM id | default | accepts | the default RAM lies at "
                           "|\n|---|---|---|---|---|\n",
                           target);
        }
        const std::string alias = family.alias.empty() ? "" : fmt::format(", `{}`", family.alias);
        fmt::format_to(to, "| `{}`{} | `{}` | {} | {} | {} |\n", family.name.substr(target.size() + 1), alias,
                       board.ram_id, sentence(board.default_ram_size).view(), board.ram_rule, places(board));
    }
    return page;
}

}  // namespace command
