// What answers where on a board with a given amount of RAM, by names that C, linker scripts and SVD take: the beginning of
// every file that is written of a board.
//
//     const auto places = files::places_of(describe_board<boards::riscv::Virt>(), 128_MiB);
//     (*places)[0].name;                       // "riscv_virt_board_mrom"
//     (*places)[0].range;                      // [0x1000, 0x10000)
//
// What an overlay cuts into pieces, and RAM of several windows, has a number behind its name from the second piece on:
// pc_ram, pc_ram_2.
#pragma once

#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include <wirewrap/base/error.hpp>
#include <wirewrap/base/text.hpp>
#include <wirewrap/board/description.hpp>

namespace wirewrap::files {

/// "virt.flash0" as virt_flash0: letters, digits and underscores, with no digit first.
inline std::string identifier(std::string_view name) {
    const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
    std::string result = name.empty() || is_digit(name[0]) ? "_" : "";
    for (const char c : name) {
        const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
        result += letter || is_digit(c) ? c : '_';
    }
    return result;
}

inline std::string upper(std::string text) {
    for (char& c : text)
        if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
    return text;
}

inline std::string number(std::uint64_t value) { return sentence(GuestAddress{value}).string(); }
inline std::string number(GuestAddress address) { return sentence(address).string(); }
inline std::string number(Bytes size) { return number(size.count); }

struct Place {
    std::string name;        // unique, also without regard to case
    std::string_view entry;  // of the map, or the id of main RAM
    Interval range;
    RegionKind kind{};
    const Region* region = nullptr;  // nullptr: main RAM

    /// Memory of its own: RAM, ROM or flash.
    bool has_memory() const { return region == nullptr || region->has_block(); }
    bool is_flash() const { return region != nullptr && region->keeps_block; }
};

namespace detail {

inline Expected<std::vector<Place>> named(const BoardDescription& board, std::vector<Place> places) {
    std::ranges::sort(places, {}, [](const Place& each) { return each.range.base.value; });
    for (std::size_t i = 0; i != places.size(); ++i) {
        std::size_t piece = 1;
        for (std::size_t j = 0; j != i; ++j) piece += places[j].entry == places[i].entry;
        places[i].name = identifier(places[i].entry);
        if (piece != 1) places[i].name += sentence("_", piece).view();
        for (std::size_t j = 0; j != i; ++j)
            if (upper(places[j].name) == upper(places[i].name))
                return fail(board.name, ": ", places[j].entry, " and ", places[i].entry, " are both ",
                            places[i].name,
                            " where names have letters, digits and underscores only; rename one in the map");
    }
    return places;
}

}  // namespace detail

/// Ascending, without overlaps: main RAM, its mirrors left out, and what the map says of memory addresses. Errors: the board
/// does not take that much RAM; two names that are one identifier.
inline Expected<std::vector<Place>> places_of(const BoardDescription& board, Bytes ram_size) {
    if (const Verdict verdict = board.ram_verdict(ram_size); !verdict)
        return std::unexpected(verdict.error());
    std::vector<Place> places;
    for (const RamWindow& window : board.ram_windows(ram_size))
        if (!window.mirror) places.push_back({{}, board.ram_id, window.range(), RegionKind::ram, nullptr});
    for (const FlatRange& piece : board.flat_view) {
        const Region& region = board.regions[piece.region];
        places.push_back({{}, region.name, piece.range, region.kind, &region});
    }
    return detail::named(board, std::move(places));
}

/// "riscv64/virt with 128 MiB of RAM": what files say of themselves.
inline std::string title(const BoardDescription& board, Bytes ram_size) {
    return sentence(board.name, " with ", ram_size, " of RAM").string();
}

}  // namespace wirewrap::files
