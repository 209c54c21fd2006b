#include <catch2/catch.hpp>

#include <wirewrap/board/entry.hpp>

#include "tests/board/devices.hpp"

using namespace wirewrap;
using namespace wirewrap::literals;
using namespace wirewrap::test;

namespace {

constexpr auto sram = ram_block<"sram">(at(0x1000), 4_KiB);
static_assert(sram.name == FixedText("sram") && !decltype(sram)::is_device);
static_assert(sram.region.name == "sram" && sram.region.range == Interval{at(0x1000), 4_KiB} &&
              sram.region.is_block());
static_assert(sram.region.kind == RegionKind::ram && !sram.region.overlay);

constexpr auto patch = overlay(rom<"patch">(at(0x2000), 4_KiB));
static_assert(patch.region.kind == RegionKind::rom && patch.region.overlay && patch.region.is_block());

constexpr auto pic = device<"pic", Controller>(at(0x3000), 1_KiB);
static_assert(decltype(pic)::is_device && std::same_as<decltype(pic)::device_type, Controller>);
static_assert(pic.region.kind == RegionKind::device && !pic.region.is_block() &&
              pic.region.registers == 256_B);
static_assert(pic.region.widest == 4 && pic.region.inputs == 16 && pic.region.outputs.size() == 2);
static_assert(pic.region.outputs[1] == "dma");
static_assert(device<"r", Registers>(at(0), 256_B).region.outputs.empty());

constexpr auto low = mirror<"low">(main_ram_at(1_MiB, 2_MiB), at(0x10'0000));
static_assert(low.region.kind == RegionKind::mirror && low.region.source.empty() &&
              low.region.source_offset == 1_MiB);
static_assert(low.region.range == Interval{at(0x10'0000), 2_MiB});
static_assert(mirror<"m">(block_at("sram", 1_KiB, 2_KiB), at(0)).region.source == "sram");

constexpr auto page = bank<"page">("sram", at(0x8000), 1_KiB);
static_assert(page.region.kind == RegionKind::bank && page.region.source == "sram" &&
              page.region.range.size == 1_KiB);

struct Flash : Registers {
    void attach(std::span<std::byte>) {}
};
static_assert(StoresInBlock<Flash> && !StoresInBlock<Registers>);

template <class D>
concept Placeable = requires { device<"d", D>(at(0), 4_KiB); };
static_assert(Placeable<Source> && !Placeable<int> && !Placeable<NoDevice>);

}  // namespace

TEST_CASE("every kind of entry has a name") {
    CHECK(name_of(RegionKind::ram) == "ram");
    CHECK(name_of(RegionKind::rom) == "rom");
    CHECK(name_of(RegionKind::device) == "device");
    CHECK(name_of(RegionKind::mirror) == "mirror");
    CHECK(name_of(RegionKind::bank) == "bank");
}
