#include <wirewrap/state/fingerprint.hpp>

#include <catch2/catch.hpp>

#include <boards/riscv/virt.hpp>
#include <boards/s390x/ccw_virtio.hpp>
#include <boards/x86/pc.hpp>

#include "tests/machine/boards.hpp"

using namespace boards_under_test;
using state::fingerprint;
using state::Fnv1a;

namespace {

struct Named : Holed {
    static constexpr auto name = "holed too";
};
struct WithHarts : Holed {
    static constexpr std::size_t harts = 2;
};
struct BigEndian : Holed {
    static constexpr auto byte_order = std::endian::big;
};
struct OtherHole : Holed {
    static constexpr auto ram = main_ram("holed.ram", 3_MiB)
                                    .accepts(multiple_of(4_KiB) && at_most(1_GiB))
                                    .placed(split(at(0x10'0000), 2_MiB, at(0x200'0000)));
};
struct OtherRule : Holed {
    static constexpr auto ram = main_ram("holed.ram", 3_MiB)
                                    .accepts(multiple_of(8_KiB) && at_most(1_GiB))
                                    .placed(split(at(0x10'0000), 2_MiB, at(0x100'0000)));
};
struct OtherId : Holed {
    static constexpr auto ram = main_ram("ram.holed", 3_MiB)
                                    .accepts(multiple_of(4_KiB) && at_most(1_GiB))
                                    .placed(split(at(0x10'0000), 2_MiB, at(0x100'0000)));
};
struct WithRom : Holed {
    static constexpr auto map = memory_map(rom<"boot">(at(0x0), 4_KiB));
};
struct Same : Holed {};

}  // namespace

TEST_CASE("The hash is FNV-1a") {
    // The offset basis, and "foobar\0\0" as a number, hashed by an independent program.
    Fnv1a hash;
    CHECK(hash.value() == 0xcbf2'9ce4'8422'2325);
    hash.add(std::uint64_t{0x7261'626f'6f66});
    CHECK(hash.value() == 0x74c8'e7eb'4f24'5c28);
}

TEST_CASE("Every fact of the layout shows in the fingerprint") {
    CHECK(fingerprint<Same> == fingerprint<Holed>);
    CHECK(fingerprint<Named> != fingerprint<Holed>);
    CHECK(fingerprint<WithHarts> != fingerprint<Holed>);
    CHECK(fingerprint<BigEndian> != fingerprint<Holed>);
    CHECK(fingerprint<OtherHole> != fingerprint<Holed>);
    CHECK(fingerprint<OtherRule> != fingerprint<Holed>);
    CHECK(fingerprint<OtherId> != fingerprint<Holed>);
    CHECK(fingerprint<WithRom> != fingerprint<Holed>);
}

TEST_CASE("Fingerprints are the same in every build: these numbers stand in files") {
    using Pc = boards::x86::PcI440fx<7, 2>;
    using OlderPc = boards::x86::PcI440fx<7, 1>;
    STATIC_REQUIRE(fingerprint<Holed> == 16549657715193591068u);
    STATIC_REQUIRE(fingerprint<Bench> == 2997394113173934002u);
    STATIC_REQUIRE(fingerprint<boards::riscv::Virt> == 6343659599143443023u);
    // What a machine was in 7.2 keeps its number; what it is in 11.1 is another board.
    STATIC_REQUIRE(fingerprint<boards::s390x::CcwVirtioAsOf<qemu_release(7, 2), 7, 2>> ==
                   6263503183942891562u);
    STATIC_REQUIRE(fingerprint<boards::s390x::CcwVirtio<7, 2>> == 15802713523823484643u);
    STATIC_REQUIRE(fingerprint<Pc> == 9238550729226609832u);
    STATIC_REQUIRE(fingerprint<Pc> != fingerprint<OlderPc>);
}
