#include <catch2/catch.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <wirewrap/board/board.hpp>
#include <wirewrap/board/layout.hpp>

#include "tests/board/devices.hpp"

using namespace wirewrap;
using namespace wirewrap::literals;
using namespace wirewrap::test;

namespace {

struct Plain {
    static constexpr auto name = "plain";
    static constexpr auto ram = main_ram("plain.ram", 64_KiB).placed(at(0x10'0000));
    static constexpr auto map = memory_map(device<"uart", Source>(at(0x2'0000), 256_B),
                                           rom<"boot">(at(0x0), 64_KiB));
};
static_assert(Board<Plain>);
static_assert(flat_view<Plain>.size() == 2 && flat_view<Plain>[0].region == 1 &&
              flat_view<Plain>[1].region == 0);

/// Overlays inside, over the start, over the end, over all of other entries, over a seam, and at the end of everything.
struct Layered {
    static constexpr auto name = "layered";
    static constexpr auto ram = main_ram("layered.ram", 512_B)
                                    .placed(split(at(0x400), 256_B, at(0x600)))
                                    .mirrored(at(0x900), first(64_B));
    static constexpr auto map = memory_map(
        rom<"under">(at(0x0), 256_B), overlay(rom<"inside1">(at(0x20), 16_B)),
        overlay(rom<"inside2">(at(0x30), 16_B)), overlay(rom<"inside3">(at(0x80), 8_B)),
        rom<"left">(at(0x100), 64_B), rom<"right">(at(0x140), 64_B), overlay(rom<"seam">(at(0x130), 32_B)),
        rom<"nearly">(at(0x200), 64_B), overlay(rom<"lid">(at(0x1f8), 64_B)),
        overlay(rom<"ram.start">(at(0x3f8), 16_B)), overlay(rom<"ram.middle">(at(0x480), 8_B)),
        overlay(rom<"ram.hole">(at(0x4f0), 288_B)), overlay(rom<"alone">(at(0xa00), 8_B)),
        rom<"top">(at(0xffff'ffff'ffff'ff00), 256_B), overlay(rom<"last">(at(0xffff'ffff'ffff'fff8), 8_B)));
};
static_assert(Board<Layered>);

/// Which map entry answers an address, asked of the declaration.
std::optional<std::pair<std::size_t, Bytes>> declared(GuestAddress a) {
    for (const bool overlay : {true, false})
        for (std::size_t i = 0; i != board_regions<Layered>.size(); ++i) {
            const Region& region = board_regions<Layered>[i];
            if (region.overlay == overlay && region.range.contains(a)) return {{i, a - region.range.base}};
        }
    return {};
}

bool hidden_by_overlay(GuestAddress a) {
    for (const Region& region : board_regions<Layered>)
        if (region.overlay && region.range.contains(a)) return true;
    return false;
}

}  // namespace

TEST_CASE("the flat view answers each address as the declaration says, overlays first") {
    const auto check_address = [](GuestAddress a) {
        std::optional<std::pair<std::size_t, Bytes>> found;
        for (const FlatRange& segment : flat_view<Layered>)
            if (segment.range.contains(a)) {
                REQUIRE_FALSE(found);
                found = {{segment.region, segment.offset + (a - segment.range.base)}};
            }
        REQUIRE(found == declared(a));
    };
    for (std::uint64_t a = 0; a != 0xb00; ++a) check_address(at(a));
    for (std::uint64_t a = 1; a != 0x180; ++a) check_address(at(0 - a));
}

TEST_CASE("the flat view is ascending, without overlap and without empty segments") {
    for (std::size_t i = 0; i != flat_view<Layered>.size(); ++i) {
        CHECK_FALSE(flat_view<Layered>[i].range.empty());
        CHECK_FALSE(flat_view<Layered>[i].range.wraps());
        if (i != 0) CHECK(flat_view<Layered>[i - 1].range.last() < flat_view<Layered>[i].range.base);
    }
}

TEST_CASE("main RAM is visible where no overlay lies") {
    for (std::uint64_t size = 0; size <= 512; size += 8) {
        INFO(size << " bytes of RAM");
        const RamWindows windows = Layered::ram.placement.windows(Bytes{size});
        const auto visible = visible_ram<Layered>(windows);
        CHECK_FALSE(visible.overflowed());
        for (std::uint64_t n = 0x300; n != 0xb00; ++n) {
            const GuestAddress a = at(n);
            std::optional<Bytes> expected, found;
            for (const RamWindow& window : windows)
                if (window.range().contains(a) && !hidden_by_overlay(a))
                    expected = window.offset + (a - window.base);
            for (const RamWindow& window : visible)
                if (window.range().contains(a)) {
                    REQUIRE_FALSE(found);
                    found = window.offset + (a - window.base);
                }
            REQUIRE(found == expected);
        }
        for (const RamWindow& window : visible) {
            CHECK_FALSE(window.size == 0_B);
            CHECK(window.mirror == (window.base >= at(0x900)));
        }
    }
}

TEST_CASE("without overlays main RAM is as it was placed") {
    const auto visible = visible_ram<Plain>(Plain::ram.placement.windows(64_KiB));
    REQUIRE(visible.size() == 1);
    CHECK(visible[0] == RamWindow{at(0x10'0000), 64_KiB, 0_B});
}
