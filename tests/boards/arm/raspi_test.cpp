#include <catch2/catch.hpp>

#include <boards/arm/raspi.hpp>

using namespace wirewrap;
using namespace wirewrap::literals;
using namespace wirewrap::boards::arm;

TEST_CASE("RAM goes on between the peripherals of a board with 1 GiB") {
    const auto visible = visible_ram<Raspi3b>(Raspi3b::ram.placement.windows(1_GiB));
    // 31 peripherals lie over RAM; 6 begin where the one before them ends.
    REQUIRE(visible.size() == 26);
    CHECK(visible[0] == RamWindow{at(0x0), Bytes{0x3f00'3000}, 0_B});
    CHECK(visible[1] == RamWindow{at(0x3f00'3020), 4_KiB - 32_B, Bytes{0x3f00'3020}});
    CHECK(visible[25] == RamWindow{at(0x3fe0'5100), 2_MiB - 20_KiB - 256_B, Bytes{0x3fe0'5100}});
    Bytes hidden = 1_GiB;
    for (const RamWindow& window : visible) hidden = hidden - window.size;
    Bytes peripherals;
    for (const Region& region : board_regions<Raspi3b>) peripherals += region.range.size;
    CHECK(hidden == peripherals);
}

TEST_CASE("a board with 512 MiB has them elsewhere") {
    CHECK(visible_ram<Raspi3ap>(Raspi3ap::ram.placement.windows(512_MiB)).size() == 1);
    CHECK_FALSE(AcceptsRam<Raspi3ap, 1_GiB>);
    CHECK_FALSE(AcceptsRam<Raspi3b, 512_MiB>);
}
