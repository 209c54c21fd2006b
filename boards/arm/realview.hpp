// ARM RealView: the Emulation Baseboards with up to 256 MiB at 0, and the Platform Baseboards with 512 MiB, of
// which the first 256 MiB appear at 0 as well, and more RAM on the core tile.
//
//     static_assert(ram_verdict<boards::arm::RealviewPbA8>(1_GiB));
//     static_assert(!ram_verdict<boards::arm::RealviewEb>(1_GiB));    // QEMU takes it, and shows 256 MiB of it
//
//     EB     0x0 [ RAM … 256 MiB )
//     PB     0x0 [ mirror … 256 MiB )   0x2000'0000 [ RAM 512 MiB … 1792 MiB )0x7000'0000 [ RAM 0 … 512 MiB )
//
// Source: QEMU 7.2, hw/arm/realview.c, `realview_init`, whose RAM is not yet of the machine's declared kind:
// there the part on the core tile is a block of its own, realview.lowmem, and what is more than 1280 MiB of it
// lies under the rest.
#pragma once

#include <wirewrap/board.hpp>

namespace wirewrap::boards::arm {

using namespace wirewrap::literals;

namespace realview {

constexpr auto eb_ram() {
    return main_ram("realview.highmem", 128_MiB).accepts(at_most(256_MiB)).placed(at(0x0));
}
constexpr auto pb_ram() {
    return main_ram("realview.highmem", 128_MiB)
        .accepts(at_most(1792_MiB))
        .placed(fill(window(at(0x7000'0000), 512_MiB), window(at(0x2000'0000), 1280_MiB)))
        .mirrored(at(0x0), first(256_MiB));
}
/// A page of RAM for the loader of secondary cores.
constexpr auto map() { return memory_map(ram_block<"realview.hack">(at(0xe000'0000), 4_KiB)); }

}  // namespace realview

struct RealviewEb {
    static constexpr auto name = "aarch64/realview-eb";
    static constexpr auto ram = realview::eb_ram();
    static constexpr auto map = realview::map();
};

struct RealviewEbMpcore {
    static constexpr auto name = "aarch64/realview-eb-mpcore";
    static constexpr auto ram = realview::eb_ram();
    static constexpr auto map = realview::map();
};

struct RealviewPbA8 {
    static constexpr auto name = "aarch64/realview-pb-a8";
    static constexpr auto ram = realview::pb_ram();
    static constexpr auto map = realview::map();
};

struct RealviewPbxA9 {
    static constexpr auto name = "aarch64/realview-pbx-a9";
    static constexpr auto ram = realview::pb_ram();
    static constexpr auto map = realview::map();
};

// One of each kind; the rest differ in name or size.
static_assert(Board<RealviewEb> && Board<RealviewPbA8>);

}  // namespace wirewrap::boards::arm
