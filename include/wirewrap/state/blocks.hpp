// The memory blocks that a board's machines have, as a constant: the names that snapshots and streams know memory by, and
// what can be said of their sizes before there is a machine.
//
//     static_assert(ram_blocks<boards::riscv::Virt>[0].id == "riscv_virt_board.ram");
//     static_assert(!ram_blocks<boards::riscv::Virt>[0].size);             // chosen when the machine is made
//     static_assert(ram_blocks<boards::riscv::Virt>[1].size == 60_KiB);    // "riscv_virt_board.mrom"
//
// A machine's `memory_blocks()` is the same list in the same order with its sizes; main RAM is missing from it where a
// board without RAM by default was given none.
#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <string_view>

#include <wirewrap/base/bytes.hpp>
#include <wirewrap/base/text.hpp>
#include <wirewrap/board/block_list.hpp>
#include <wirewrap/board/traits.hpp>

namespace wirewrap::state {

/// A block of every machine of a board. A size that is left open obeys the board's rule for main RAM.
struct DeclaredBlock {
    std::string_view id;
    std::optional<Bytes> size{};
    bool writable = true;  // by the guest
};

namespace detail {

template <class B>
consteval auto declared_blocks() {
    std::array<DeclaredBlock, block_count<B>> blocks{DeclaredBlock{.id = B::ram.id}};
    for (std::size_t i = 0; i != board_regions<B>.size(); ++i)
        if (board_regions<B>[i].has_block())
            blocks[block_numbers<B>[i]] = {board_regions<B>[i].name, board_regions<B>[i].range.size,
                                           board_regions<B>[i].kind != RegionKind::rom};
    return blocks;
}

}  // namespace detail

/// Main RAM first, then the blocks of the map in its order.
template <class B>
inline constexpr auto ram_blocks = detail::declared_blocks<B>();

/// A block by its name and size: what a snapshot holds, or what a machine has.
struct NamedBlock {
    std::string_view id;
    Bytes size;
};

/// What differs between the blocks of a file and those of a machine, one sentence each; empty when they are the same.
/// `file` and `machine` are what sentences call the two.
template <class FileBlocks, class MachineBlocks>
Text difference(std::string_view file, const FileBlocks& in_file, std::string_view machine,
                const MachineBlocks& in_machine) {
    const auto find = [](const auto& blocks, std::string_view id) -> std::optional<Bytes> {
        for (const auto& block : blocks)
            if (block.id == id) return block.size;
        return std::nullopt;
    };
    Text text;
    const auto say = [&](const Text& what) {
        if (!text.empty()) text.append("; ");
        text.append(what.view());
    };
    for (const auto& block : in_machine) {
        const std::optional<Bytes> size = find(in_file, block.id);
        if (!size)
            say(sentence("block ", block.id, ", ", block.size, ", of ", machine, " is missing in ", file));
        else if (*size != block.size)
            say(sentence("block ", block.id, " has ", *size, " in ", file, " and ", block.size, " in ",
                         machine));
    }
    for (const auto& block : in_file)
        if (!find(in_machine, block.id))
            say(sentence("block ", block.id, ", ", block.size, ", of ", file, " is unknown to ", machine));
    return text;
}

}  // namespace wirewrap::state
