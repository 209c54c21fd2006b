// The guest's address space with a given amount of RAM, cut into stretches that one thing answers each. The table, the
// picture and the drawing of a memory map are made of it.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <wirewrap/base/bytes.hpp>
#include <wirewrap/base/interval.hpp>
#include <wirewrap/board/description.hpp>

namespace command {

struct Stretch {
    wirewrap::Interval range;
    std::string_view kind;    // ram, rom, device, mirror, bank; "unmapped" for a hole
    std::string_view name;    // of the map entry or RAM block; empty for a hole
    std::string_view source;  // mirrors and banks: the block they show
    wirewrap::Bytes offset;   // into the entry, or into `source`
    bool overlay = false;

    bool is_hole() const { return kind == "unmapped"; }
};

/// Ascending, without overlaps. `ram_size` is one that the board accepts.
std::vector<Stretch> stretches_of(const wirewrap::BoardDescription& board, wirewrap::Bytes ram_size);

/// The same with the holes between them, from address 0 to the end of the address space.
std::vector<Stretch> with_holes(const wirewrap::BoardDescription& board,
                                const std::vector<Stretch>& stretches);

/// The size of a hole in a few digits: exact where that takes four, "≈ 31.0 MiB" elsewhere. Its addresses say it exactly.
std::string extent(const Stretch& hole);

/// What a reader wants to know beside kind and name: the source of a mirror, where interrupt pins go, how RAM goes on.
std::string remark(const wirewrap::BoardDescription& board, const Stretch& stretch);

}  // namespace command
