#include "examples/wirewrap/stretches.hpp"

#include <catch2/catch.hpp>

#include <algorithm>

#include <wirewrap/board.hpp>
#include <wirewrap/board/description.hpp>

#include "examples/handheld.hpp"
#include "examples/wirewrap/map_views.hpp"

using namespace command;
using namespace wirewrap;
using namespace wirewrap::literals;

namespace {

/// Two windows, a mirror of the first, and a ROM over the start of it.
struct Split {
    static constexpr auto name = "test/split";
    static constexpr auto ram = main_ram("split.ram", 2_GiB)
                                    .placed(split(at(0x0), 1_GiB, at(0x1'0000'0000)))
                                    .mirrored(at(0x8000'0000), first(1_GiB));
    static constexpr auto map = memory_map(overlay(rom<"boot">(at(0x0), 64_KiB)));
};

/// Ends where the address space does.
struct Last {
    static constexpr auto name = "test/last";
    static constexpr auto ram =
        main_ram("last.ram", 4_KiB).accepts(exactly(4_KiB)).placed(at(0xffff'ffff'ffff'f000));
};

/// No RAM unless asked for.
struct Bare {
    static constexpr auto name = "test/bare";
    static constexpr auto ram = main_ram("bare.ram", 0_B);
};

MapView view_of(const BoardDescription& board, Bytes ram) { return {board, ram, stretches_of(board, ram)}; }

}  // namespace

TEST_CASE("stretches ascend, and with holes they cover the address space") {
    const BoardDescription handheld = describe_board<handheld::Handheld>();
    const auto stretches = stretches_of(handheld, 32_MiB);
    CHECK(std::ranges::is_sorted(stretches, {}, [](const Stretch& s) { return s.range.base; }));
    GuestAddress next{0};
    const auto all = with_holes(handheld, stretches);
    for (const Stretch& stretch : all) {
        CHECK(stretch.range.base == next);
        CHECK_FALSE(stretch.range.empty());
        next = stretch.range.base + stretch.range.size;
    }
    CHECK(next == GuestAddress{0});  // 2^64
    CHECK(std::ranges::count_if(all, &Stretch::is_hole) ==
          static_cast<std::ptrdiff_t>(all.size() - stretches.size()));
}

TEST_CASE("a mirror of main RAM in the map appears once, with its name") {
    const auto stretches = stretches_of(describe_board<handheld::Handheld>(), 64_MiB);
    CHECK(std::ranges::count(stretches, at(0xc000'0000), [](const Stretch& s) { return s.range.base; }) == 1);
    const auto shadow = std::ranges::find(stretches, "shadow", &Stretch::name);
    REQUIRE(shadow != stretches.end());
    CHECK(shadow->kind == "mirror");
    CHECK(shadow->source == "handheld.ram");
    CHECK(remark(describe_board<handheld::Handheld>(), *shadow) == "shows handheld.ram from offset 0x0");
}

TEST_CASE("overlays win, windows know their offset") {
    const BoardDescription board = describe_board<Split>();
    const auto stretches = stretches_of(board, 2_GiB);
    REQUIRE(stretches.size() == 4);
    CHECK(stretches[0].name == "boot");
    CHECK(stretches[1].range == Interval{at(0x1'0000), 1_GiB - 64_KiB});
    CHECK(remark(board, stretches[0]) == "overlay");
    CHECK(remark(board, stretches[1]) == "from offset 0x10000");
    CHECK(remark(board, stretches[2]) == "shows split.ram from offset 0x0");
    CHECK(remark(board, stretches[3]) == "from offset 0x40000000");
}

TEST_CASE("a map that ends with the address space has no hole after it") {
    const BoardDescription board = describe_board<Last>();
    const auto all = with_holes(board, stretches_of(board, 4_KiB));
    REQUIRE(all.size() == 2);
    CHECK(all[0].is_hole());
    CHECK(all[1].name == "last.ram");
    const std::string text = picture(view_of(board, 4_KiB), false);
    CHECK(text.ends_with("2^64 └─────────────────────────────────┘\n"));
}

TEST_CASE("a board with nothing at all can be shown") {
    const BoardDescription board = describe_board<Bare>();
    const MapView view = view_of(board, 0_B);
    CHECK(view.stretches.empty());
    CHECK(picture(view, false) == "nothing is mapped\n");
    CHECK(drawing(view).ends_with("</svg>\n"));
}

TEST_CASE("the extent of a hole is exact where four digits say it") {
    const auto of = [](Bytes size) {
        return extent({.range = {at(0x0), size}, .kind = "unmapped", .name = {}, .source = {}, .offset = {}});
    };
    CHECK(of(960_KiB) == "960 KiB unmapped");
    CHECK(of(9999_MiB) == "9999 MiB unmapped");
    CHECK(of(31736_KiB) == "≈ 31.0 MiB unmapped");
    CHECK(of(Bytes{~0ULL}) == "≈ 16.0 EiB unmapped");
    CHECK(of(1_B) == "1 byte unmapped");
}

TEST_CASE("colour is for terminals") {
    const BoardDescription board = describe_board<handheld::Handheld>();
    const MapView view = view_of(board, 64_MiB);
    CHECK(table(view, false).find('\x1b') == std::string::npos);
    CHECK(picture(view, false).find('\x1b') == std::string::npos);
    CHECK(table(view, true).find("\x1b[") != std::string::npos);
    CHECK(picture(view, true).find("\x1b[") != std::string::npos);
}
