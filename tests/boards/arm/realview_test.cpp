#include <catch2/catch.hpp>

#include <boards/arm/integrator.hpp>
#include <boards/arm/realview.hpp>

using namespace wirewrap;
using namespace wirewrap::literals;
using namespace wirewrap::boards::arm;

TEST_CASE("RAM of a Platform Baseboard goes on on the core tile, up to where it began") {
    const RamWindows little = RealviewPbA8::ram.placement.windows(128_MiB);
    REQUIRE(little.size() == 2);
    CHECK(little[0] == RamWindow{at(0x7000'0000), 128_MiB, 0_B});
    CHECK(little[1] == RamWindow{at(0x0), 128_MiB, 0_B, true});

    const RamWindows most = RealviewPbA8::ram.placement.windows(1792_MiB);
    REQUIRE(most.size() == 3);
    CHECK(most[0] == RamWindow{at(0x7000'0000), 512_MiB, 0_B});
    CHECK(most[1] == RamWindow{at(0x2000'0000), 1280_MiB, 512_MiB});
    CHECK(most[2] == RamWindow{at(0x0), 256_MiB, 0_B, true});
    CHECK(AcceptsRam<RealviewPbA8, 1792_MiB>);
}

TEST_CASE("what QEMU takes and hides is refused") {
    CHECK_FALSE(AcceptsRam<RealviewPbxA9, 1792_MiB + 8_KiB>);
    CHECK(AcceptsRam<RealviewEb, 256_MiB>);
    CHECK_FALSE(AcceptsRam<RealviewEbMpcore, 256_MiB + 8_KiB>);
    CHECK(AcceptsRam<Integratorcp, 2_GiB>);
    CHECK(ram_verdict<Integratorcp>(2049_MiB).view() ==
          "aarch64/integratorcp accepts at most 2 GiB of RAM, not 2049 MiB; use 2 GiB");
}
