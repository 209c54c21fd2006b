// Boards grouped for people: machine types that differ by their version only are one line.
//
//     x86_64/pc-q35-7.0 … 2.4   for PcQ35<7, 0>, PcQ35<6, 2> … PcQ35<2, 4>
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <wirewrap/base/error.hpp>
#include <wirewrap/board/description.hpp>

namespace command {

using Boards = std::vector<const wirewrap::BoardDescription*>;

/// Neighbours in the list of one family whose RAM has the same id, default, rule and place.
struct Family {
    std::string name;    // "x86_64/pc-q35-7.0 … 2.4", or the name of its only board
    std::string target;  // "x86_64"
    std::string alias;   // which one of them has in the release that was asked; empty: none has
    std::string since,
        until;  // releases of QEMU that have them, from the first to the last board; empty: all, to this day
    Boards boards;

    const wirewrap::BoardDescription& first() const { return *boards.front(); }
};
std::vector<Family> families_of(const Boards& boards, wirewrap::QemuRelease release);

/// "9.0" and "11.0" of what is there since 9.0 and until 11.0; empty where nothing bounds it.
std::string since(const wirewrap::QemuReleases& releases);
std::string until(const wirewrap::QemuReleases& releases);

/// Every board of the release whose name, alias or RAM id contains `text` and whose target begins with `target`: "riscv" for
/// riscv32 and riscv64. Empty ones let everything pass. Errors: no board is left; there is no such target, with those that
/// come near.
wirewrap::Expected<Boards> filtered(std::string_view text, std::string_view target,
                                    wirewrap::QemuRelease release);

/// A page about all boards of all releases, in Markdown.
std::string boards_page();

}  // namespace command
