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

bool is_machine(const BoardDescription& board, std::string_view machine, QemuRelease release) {
    return board.releases.contain(release) &&
           (split(board.name).machine == machine || board.alias.is(machine, release));
}

bool is_called(const BoardDescription& board, std::string_view name, QemuRelease release) {
    return name.contains('/') && split(board.name).target == split(name).target &&
           is_machine(board, split(name).machine, release);
}

std::vector<const BoardDescription*> boards_called(std::string_view name, QemuRelease release) {
    std::vector<const BoardDescription*> found;
    for (const BoardDescription& board : boards::descriptions()) {
        if (is_called(board, name, release)) return {&board};
        if (is_machine(board, name, release)) found.push_back(&board);
    }
    return found;
}

/// Names to suggest, whole ones also when only the machine was written.
std::vector<std::string_view> near_boards(std::string_view name) {
    const bool whole = name.contains('/');
    return nearest(
        name, boards::descriptions(),
        [whole](const BoardDescription& board) { return whole ? board.name : split(board.name).machine; },
        &BoardDescription::name);
}

/// What another release than the one that was asked has.
Error elsewhere(std::string_view name, const BoardDescription& board, QemuRelease asked, QemuRelease other) {
    const QemuReleases& releases = board.releases;
    const Text had = asked > releases.last ? sentence("until ", spelled(releases.last))
                                           : sentence("since ", spelled(releases.first));
    return fail("QEMU ", spelled(asked), " has no machine ", name, ", which is there ", had,
                "; write --qemu ", spelled(other))
        .error();
}

}  // namespace

Expected<const BoardDescription*> find_board(std::string_view name, std::optional<QemuRelease> release) {
    const QemuRelease asked = release.value_or(newest_qemu);
    std::vector<const BoardDescription*> found = boards_called(name, asked);
    for (const QemuRelease other : measured_qemu) {
        if (!found.empty()) break;
        found = boards_called(name, other);
        if (!found.empty() && release) return std::unexpected(elsewhere(name, *found.front(), asked, other));
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

Text spelled(QemuRelease release) {
    Text text = sentence(release.number, ".", release.minor_number);
    if (release.micro_number != 0) text.append(sentence(".", release.micro_number).view());
    return text;
}

Expected<QemuRelease> read_release(std::string_view text) {
    for (const QemuRelease release : measured_qemu)
        if (spelled(release).view() == text) return release;
    const Text known = listing(std::size(measured_qemu),
                               [](std::size_t i) { return spelled(measured_qemu[i]); });
    return fail("--qemu: the boards of release ", in_quotes(text), " are not known; write ", known);
}

}  // namespace command
