#include <catch2/catch.hpp>

#include <boards/arm/imx.hpp>

using namespace wirewrap;
using namespace wirewrap::literals;
using namespace wirewrap::boards::arm;

TEST_CASE("RAM shows once more in the rest of a bank that it does not fill") {
    constexpr imx::TwoBanks banks;
    CHECK(FixedBase<imx::TwoBanks>);

    const RamWindows half = banks.windows(128_MiB);
    REQUIRE(half.size() == 2);
    CHECK(half[0] == RamWindow{at(0x8000'0000), 128_MiB, 0_B});
    CHECK(half[1] == RamWindow{at(0x8800'0000), 128_MiB, 0_B, true});

    const RamWindows second = banks.windows(384_MiB);
    REQUIRE(second.size() == 2);
    CHECK(second[0] == RamWindow{at(0x8000'0000), 384_MiB, 0_B});
    CHECK(second[1] == RamWindow{at(0x9800'0000), 128_MiB, 256_MiB, true});
}

TEST_CASE("the mirror ends with the bank, or with the RAM that it shows") {
    constexpr imx::TwoBanks banks;
    const RamWindows more = banks.windows(192_MiB);
    REQUIRE(more.size() == 2);
    CHECK(more[1] == RamWindow{at(0x8c00'0000), 64_MiB, 0_B, true});

    const RamWindows less = banks.windows(257_MiB);
    REQUIRE(less.size() == 2);
    CHECK(less[1] == RamWindow{at(0x9010'0000), 1_MiB, 256_MiB, true});
}

TEST_CASE("a full bank has no mirror") {
    CHECK(imx::TwoBanks{}.windows(256_MiB).size() == 1);
    CHECK(imx::TwoBanks{}.windows(512_MiB).size() == 1);
}

TEST_CASE("the most RAM of each i.MX, as QEMU 7.2 starts and refuses it") {
    CHECK(AcceptsRam<Imx25Pdk, 512_MiB>);
    CHECK_FALSE(AcceptsRam<Imx25Pdk, 512_MiB + 8_KiB>);
    CHECK(AcceptsRam<Mcimx7dSabre, 2_GiB>);
    CHECK_FALSE(AcceptsRam<Mcimx7dSabre, 2_GiB + 8_KiB>);
    CHECK(AcceptsRam<Sabrelite, 4_GiB - 256_MiB>);
    CHECK_FALSE(AcceptsRam<Sabrelite, 4_GiB>);
    CHECK(ram_verdict<Kzm>(513_MiB).view() ==
          "aarch64/kzm accepts at most 512 MiB of RAM, not 513 MiB; use 512 MiB");
}
