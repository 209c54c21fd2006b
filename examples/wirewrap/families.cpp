#include "examples/wirewrap/families.hpp"

#include <cctype>
#include <iterator>
#include <set>
#include <utility>

#include <fmt/core.h>
#include <range/v3/algorithm/all_of.hpp>
#include <range/v3/algorithm/none_of.hpp>
#include <range/v3/algorithm/stable_sort.hpp>
#include <range/v3/range/conversion.hpp>
#include <range/v3/view/chunk_by.hpp>
#include <range/v3/view/filter.hpp>
#include <range/v3/view/reverse.hpp>
#include <range/v3/view/transform.hpp>

#include <boards/descriptions.hpp>

#include "examples/wirewrap/catalog.hpp"
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
    const bool numbers = ranges::all_of(version, [](unsigned char c) { return std::isdigit(c) || c == '.'; });
    return numbers && version.contains('.') ? version : std::string_view{};
}

bool belong_together(const BoardDescription* one, const BoardDescription* next) {
    const BoardDescription &a = *one, &b = *next;
    const std::string_view a_version = version_of(a.name), b_version = version_of(b.name);
    if (a_version.empty() || b_version.empty()) return false;
    const auto family = [](std::string_view name, std::string_view version) {
        return name.substr(0, name.size() - version.size());
    };
    return family(a.name, a_version) == family(b.name, b_version) && a.ram_id == b.ram_id &&
           a.default_ram_size == b.default_ram_size && a.ram_rule == b.ram_rule &&
           a.wired_windows(a.default_ram_size) == b.wired_windows(b.default_ram_size);
}

std::string alias_of(const Boards& boards, QemuRelease release) {
    for (const BoardDescription* board : boards)
        if (board->alias.is(board->alias.name, release)) return std::string(board->alias.name);
    return {};
}

/// ", `q35`", or ", in 7.2 `powernv`" of what only an older release calls so.
std::string aliases_of(const Boards& boards) {
    for (const QemuRelease release : measured_qemu | ranges::views::reverse)
        if (const std::string alias = alias_of(boards, release); !alias.empty())
            return release == newest_qemu ? fmt::format(", `{}`", alias)
                                          : fmt::format(", in {} `{}`", spelled(release).view(), alias);
    return {};
}

std::string from_to(const std::string& first, const std::string& last) {
    if (first == last) return first;
    return fmt::format("{}… {}", first.empty() ? "" : first + " ", last);
}

Family family_of(Boards boards, QemuRelease release) {
    const BoardDescription &first = *boards.front(), &last = *boards.back();
    Family family{.name = std::string(first.name),
                  .target = std::string(target_of(first)),
                  .alias = alias_of(boards, release),
                  .since = from_to(since(first.releases), since(last.releases)),
                  .until = from_to(until(first.releases), until(last.releases)),
                  .boards = {}};
    if (boards.size() > 1) family.name = fmt::format("{} … {}", first.name, version_of(last.name));
    family.boards = std::move(boards);
    return family;
}

bool mentions(const BoardDescription& board, std::string_view text, QemuRelease release) {
    return board.name.contains(text) || board.ram_id.contains(text) ||
           (board.alias.releases.contain(release) && board.alias.name.contains(text));
}

/// A view of pointers to the boards.
auto all_boards() {
    return boards::descriptions() |
           ranges::views::transform([](const BoardDescription& board) { return &board; });
}

std::set<std::string_view> targets() {
    return boards::descriptions() | ranges::views::transform(target_of) |
           ranges::to<std::set<std::string_view>>();
}

std::string places(const BoardDescription& board) {
    std::string text;
    for (const RamWindow& window : board.wired_windows(board.default_ram_size))
        text += fmt::format("{}`{}`{}", text.empty() ? "" : ", ", sentence(window.range()).view(),
                            window.mirror ? " once more" : "");
    return text.empty() ? "nowhere" : text;
}

}  // namespace

std::vector<Family> families_of(const Boards& boards, QemuRelease release) {
    return boards | ranges::views::chunk_by(belong_together) | ranges::views::transform([&](auto&& chunk) {
               return family_of(chunk | ranges::to<Boards>(), release);
           }) |
           ranges::to<std::vector>();
}

std::string since(const QemuReleases& releases) {
    return releases.first == QemuReleases{}.first ? "" : spelled(releases.first).string();
}
std::string until(const QemuReleases& releases) {
    return releases.last == QemuReleases{}.last ? "" : spelled(releases.last).string();
}

Expected<Boards> filtered(std::string_view text, std::string_view target, QemuRelease release) {
    const auto known = targets();
    const auto is_meant = [&](std::string_view name) { return name.starts_with(target); };
    if (ranges::none_of(known, is_meant)) {
        const auto near = nearest(target, known);
        const std::vector<std::string_view> all(known.begin(), known.end());
        return fail("no board has the target ", in_quotes(target), "; ",
                    near.empty() ? sentence("targets are ", spelled(all))
                                 : sentence("did you mean ", spelled(near), "?"));
    }
    const auto is_wanted = [&](const BoardDescription* board) {
        return board->releases.contain(release) && is_meant(target_of(*board)) &&
               mentions(*board, text, release);
    };
    Boards found = all_boards() | ranges::views::filter(is_wanted) | ranges::to<Boards>();
    if (found.empty())
        return fail(
            "no board of QEMU ", spelled(release), " has ", in_quotes(text), " in its name, alias or RAM id",
            target.empty() ? Text() : sentence(" and the target ", target), "; `wirewrap boards` lists all");
    return found;
}

std::string boards_page() {
    Boards all = all_boards() | ranges::to<Boards>();
    ranges::stable_sort(all, {}, [](const BoardDescription* board) { return target_of(*board); });

    std::string page;
    const auto to = std::back_inserter(page);
    fmt::format_to(
        to,
        "# Boards\n\n"
        "The {} boards of `boards/`, by the target of QEMU that has a machine of that name. Made by\n"
        "`tools/bazel run //examples:wirewrap -- boards --markdown`; a test holds it to the boards.\n\n"
        "A machine has a row for each behaviour that it had. `since` and `until` are the first and the last "
        "release of\n"
        "QEMU with it; where QEMU does not say when that was, of those looked at: 7.2, 10.0 and 11.1.\n",
        all.size());
    std::string_view target;
    for (const Family& family : families_of(all, newest_qemu)) {
        const BoardDescription& board = family.first();
        if (target != target_of(board)) {
            target = target_of(board);
            fmt::format_to(to,
                           "\n## {}\n\n| machine | RAM id | since | until | default | accepts "
                           "| the default RAM lies at |\n|---|---|---|---|---|---|---|\n",
                           target);
        }
        fmt::format_to(to, "| `{}`{} | `{}` | {} | {} | {} | {} | {} |\n",
                       family.name.substr(target.size() + 1), aliases_of(family.boards), board.ram_id,
                       family.since, family.until, sentence(board.default_ram_size).view(), board.ram_rule,
                       places(board));
    }
    return page;
}

}  // namespace command
