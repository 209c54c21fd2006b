#include <catch2/catch.hpp>

#include <algorithm>
#include <cstdint>
#include <vector>

#include <wirewrap/board/placement.hpp>
#include <wirewrap/board/ram.hpp>

using namespace wirewrap;
using namespace wirewrap::literals;

namespace {

constexpr auto from = [](GuestAddress base) { return placement::At(base); };

static_assert(Placement<placement::At> && Placement<placement::Fill<3>> &&
              Placement<placement::Mirrored<placement::At>>);
static_assert(FixedBase<placement::At> && FixedBase<placement::Fill<3>> &&
              FixedBase<placement::Mirrored<placement::At>>);
static_assert(!Placement<GuestAddress>);

/// A board's own placement: the RAM ends where the I/O begins, at 4 GiB.
struct Below4GiB {
    constexpr RamWindows windows(Bytes size) const {
        RamWindows result;
        result.push_back({at(0x1'0000'0000) - size, size, 0_B});
        return result;
    }
};
static_assert(Placement<Below4GiB> && !FixedBase<Below4GiB> && !FixedBase<placement::Mirrored<Below4GiB>>);

std::vector<RamWindow> windows(const auto& placement, Bytes size) {
    const RamWindows all = placement.windows(size);
    return {all.begin(), all.end()};
}

/// How often each byte of a small RAM is shown by windows that are no mirrors.
std::vector<int> shown(const auto& placement, Bytes size) {
    std::vector<int> times(size.count);
    for (const RamWindow& window : placement.windows(size))
        if (!window.mirror)
            for (std::uint64_t i = 0; i != window.size.count; ++i) ++times.at(window.offset.count + i);
    return times;
}
bool once(const std::vector<int>& times) {
    return std::ranges::all_of(times, [](int n) { return n == 1; });
}

}  // namespace

TEST_CASE("at: all of the RAM from one address") {
    CHECK(windows(from(at(0x8000'0000)), 64_MiB) == std::vector<RamWindow>{{at(0x8000'0000), 64_MiB, 0_B}});
    CHECK(from(at(0x8000'0000)).base() == at(0x8000'0000));
}

TEST_CASE("split: a hole between two parts") {
    const auto pc = split(at(0x0), 3_GiB, at(0x1'0000'0000));
    CHECK(windows(pc, 2_GiB) == std::vector<RamWindow>{{at(0x0), 2_GiB, 0_B}});
    CHECK(windows(pc, 3_GiB) == std::vector<RamWindow>{{at(0x0), 3_GiB, 0_B}});
    CHECK(windows(pc, 3_GiB + 8_B) ==
          std::vector<RamWindow>{{at(0x0), 3_GiB, 0_B}, {at(0x1'0000'0000), 8_B, 3_GiB}});
    CHECK(windows(pc, 8_GiB) ==
          std::vector<RamWindow>{{at(0x0), 3_GiB, 0_B}, {at(0x1'0000'0000), 5_GiB, 3_GiB}});
}

TEST_CASE("split: the high part may be the lower one, down to address 0") {
    const auto down = split(at(0x8000'0000), 1_GiB, at(0x0));
    CHECK(windows(down, 1_GiB + 4_KiB) ==
          std::vector<RamWindow>{{at(0x8000'0000), 1_GiB, 0_B}, {at(0x0), 4_KiB, 1_GiB}});
}

TEST_CASE("fill: each window before the next") {
    const auto slots = fill(window(at(0x0), 2_GiB), window(at(0x8'0000'0000), 32_GiB));
    CHECK(windows(slots, 3_GiB) ==
          std::vector<RamWindow>{{at(0x0), 2_GiB, 0_B}, {at(0x8'0000'0000), 1_GiB, 2_GiB}});
    CHECK(windows(slots, 0_B).empty());
    // Windows that no RAM is left for do not appear; an empty one is passed over.
    CHECK(windows(fill(window(at(0x0), 0_B), window(at(0x100), 8_B)), 8_B) ==
          std::vector<RamWindow>{{at(0x100), 8_B, 0_B}});
    // What does not fit has no window, and `check::coverage` tells of it.
    CHECK(windows(slots, 40_GiB).back() == RamWindow{at(0x8'0000'0000), 32_GiB, 2_GiB});
}

TEST_CASE("mirrored: part of the RAM once more, as far as there is RAM") {
    const placement::Mirrored low{from(at(0x8000'0000)), at(0x0), first(16_MiB)};
    CHECK(windows(low, 64_MiB) ==
          std::vector<RamWindow>{{at(0x8000'0000), 64_MiB, 0_B}, {at(0x0), 16_MiB, 0_B, true}});
    CHECK(windows(low, 8_MiB).back() == RamWindow{at(0x0), 8_MiB, 0_B, true});
    const placement::Mirrored high{from(at(0x8000'0000)), at(0x0), part(32_MiB, 16_MiB)};
    CHECK(windows(high, 64_MiB).back() == RamWindow{at(0x0), 16_MiB, 32_MiB, true});
    CHECK(windows(high, 40_MiB).back() == RamWindow{at(0x0), 8_MiB, 32_MiB, true});
    CHECK(windows(high, 32_MiB).size() == 1);
    CHECK(high.base() == at(0x8000'0000));
}

TEST_CASE("placements show each byte of the RAM exactly once") {
    for (std::uint64_t size = 0; size != 100; ++size) {
        INFO("size " << size);
        CHECK(once(shown(from(at(0x8000'0000)), Bytes{size})));
        CHECK(once(shown(Below4GiB{}, Bytes{size})));
        for (std::uint64_t low = 0; low != 20; ++low)
            CHECK(once(shown(split(at(0), Bytes{low}, at(0x1000)), Bytes{size})));
        CHECK(once(
            shown(fill(window(at(0), 7_B), window(at(64), 0_B), window(at(128), 20_B), window(at(256), 80_B)),
                  Bytes{size})));
        for (std::uint64_t offset = 0; offset < 120; offset += 17)
            CHECK(once(
                shown(placement::Mirrored{from(at(0)), at(0x1000), part(Bytes{offset}, 30_B)}, Bytes{size})));
    }
}

TEST_CASE("mirrors show only bytes that there are") {
    for (std::uint64_t size = 0; size != 40; ++size)
        for (std::uint64_t offset = 0; offset != 45; ++offset)
            for (std::uint64_t length = 0; length != 10; ++length) {
                const placement::Mirrored p{from(at(0)), at(0x1000), part(Bytes{offset}, Bytes{length})};
                for (const RamWindow& w : p.windows(Bytes{size}))
                    if (w.mirror) REQUIRE((w.offset + w.size).count <= size);
            }
}
