#include <catch2/catch.hpp>

#include <boards/x86/pc.hpp>

using namespace wirewrap;
using namespace wirewrap::literals;
using namespace wirewrap::boards::x86;

namespace {

constexpr std::size_t windows(auto placement, Bytes size) { return placement.windows(size).size(); }

}  // namespace

TEST_CASE("RAM of a PC goes on at 4 GiB once it would reach the limit") {
    constexpr Below4G q35{.limit = 0xb000'0000_B, .low = 0x8000'0000_B};
    CHECK(windows(q35, 0xb000'0000_B - 8_KiB) == 1);
    const RamWindows split = q35.windows(0xb000'0000_B);
    REQUIRE(split.size() == 2);
    CHECK(split[0] == RamWindow{at(0x0), 2_GiB, 0_B});
    CHECK(split[1] == RamWindow{at(0x1'0000'0000), 0x3000'0000_B, 2_GiB});
    CHECK(FixedBase<Below4G>);
}

TEST_CASE("a limit that is the low part leaves nothing over at the limit itself") {
    constexpr Below4G isa{.limit = 0xe000'0000_B, .low = 0xe000'0000_B};
    CHECK(windows(isa, 0xe000'0000_B) == 1);
    CHECK(windows(isa, 0xe000'0000_B + 8_KiB) == 2);
}

TEST_CASE("versions of a family are types") {
    static_assert(PcQ35<4, 0, 1>::name == "x86_64/pc-q35-4.0.1");
    static_assert(board_alias<PcQ35<11, 1>>.is("q35") && !board_alias<PcQ35<7, 2>>.is("q35"));
    static_assert(board_alias<PcI440fx<7, 2>>.is("pc", qemu_release(7, 2)));
    static_assert(board_alias<IsaPc>.name.empty());
    // 2.0 began to keep the low part a multiple of 1 GiB.
    CHECK(windows(PcI440fx<1, 7>::ram.placement, 3584_MiB - 8_KiB) == 1);
    CHECK(PcI440fx<1, 7>::ram.placement.windows(4_GiB)[0].size == 3584_MiB);
    CHECK(PcI440fx<2, 0>::ram.placement.windows(4_GiB)[0].size == 3_GiB);
}

TEST_CASE("the most RAM that 40 address bits leave, as QEMU 7.2 starts and refuses it") {
    CHECK(AcceptsRam<PcI440fx<7, 2>, 1009_GiB>);
    CHECK_FALSE(AcceptsRam<PcI440fx<7, 2>, 1009_GiB + 1_MiB>);
    CHECK(AcceptsRam<PcI440fx<7, 0>, 1021_GiB>);
    CHECK_FALSE(AcceptsRam<PcI440fx<7, 0>, 1021_GiB + 1_MiB>);
    CHECK(AcceptsRam<PcI440fx<1, 7>, 1021_GiB + 512_MiB>);
    CHECK_FALSE(AcceptsRam<PcI440fx<1, 7>, 1021_GiB + 513_MiB>);
    CHECK(AcceptsRam<PcQ35<7, 2>, 978_GiB>);
    CHECK_FALSE(AcceptsRam<PcQ35<7, 2>, 978_GiB + 1_MiB>);
    CHECK(AcceptsRam<PcQ35<7, 0>, 990_GiB>);
    CHECK_FALSE(AcceptsRam<PcQ35<7, 0>, 990_GiB + 1_MiB>);
}

TEST_CASE("the BIOS is seen below 1 MiB, and no RAM from 0xc0000 to there") {
    const auto visible = visible_ram<PcQ35<7, 2>>(PcQ35<7, 2>::ram.placement.windows(128_MiB));
    REQUIRE(visible.size() == 2);
    CHECK(visible[0] == RamWindow{at(0x0), 768_KiB, 0_B});
    CHECK(visible[1] == RamWindow{at(0x10'0000), 127_MiB, 1_MiB});
    CHECK(board_regions<PcQ35<7, 2>>[2].source_offset == 128_KiB);
    CHECK(board_regions<IsaPc>[2].source_offset == 0_B);
}
