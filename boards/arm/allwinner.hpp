// Boards with an Allwinner: Cubieboard (A10) and Orange Pi PC (H3). The H3's DRAM controller lays a page of its
// own over the first page of RAM, by which firmware finds out how many rows the RAM has.
//
//     static_assert(ram_verdict<boards::arm::Cubieboard>(512_MiB) && ram_verdict<boards::arm::Cubieboard>(1_GiB));
//     static_assert(!ram_verdict<boards::arm::OrangepiPc>(512_MiB));
//
//     Cubieboard     0x4000'0000 [ RAM )
//     Orange Pi PC   0x4000'0000 [ row mirror )0x4000'1000 [ RAM from its second page on )
//
// Sources: QEMU 7.2, hw/arm/cubieboard.c, orangepi.c; hw/arm/allwinner-a10.c and allwinner-h3.c, the SDRAM bases;
// hw/misc/allwinner-h3-dramc.c, `allwinner_h3_dramc_realize`.
#pragma once

#include <wirewrap/board.hpp>

namespace wirewrap::boards::arm {

using namespace wirewrap::literals;

struct Cubieboard {
    static constexpr auto name = "aarch64/cubieboard";
    static constexpr auto ram = main_ram("cubieboard.ram", 1_GiB)
                                    .accepts(one_of(512_MiB, 1_GiB))
                                    .placed(at(0x4000'0000));
};
static_assert(Board<Cubieboard>);

struct OrangepiPc {
    static constexpr auto name = "aarch64/orangepi-pc";
    static constexpr auto ram = main_ram("orangepi.ram", 1_GiB)
                                    .accepts(exactly(1_GiB))
                                    .placed(at(0x4000'0000));
    static constexpr auto map = memory_map(
        overlay(ram_block<"allwinner-h3-dramc.row-mirror">(at(0x4000'0000), 4_KiB)));
};
static_assert(Board<OrangepiPc>);

struct BananapiM2u {
    static constexpr auto name = "aarch64/bpim2u";
    static constexpr auto releases = since(10, 0);
    static constexpr auto ram = main_ram("bpim2u.ram", 1_GiB)
                                    .accepts(one_of(256_MiB, 512_MiB, 1_GiB))  // hw/misc/allwinner-r40-dramc.c
                                    .placed(at(0x4000'0000));
    static constexpr auto map = memory_map(reserved<"sram">(at(0x0), 48_KiB));  // four blocks in QEMU, sram A1 to A4
};

}  // namespace wirewrap::boards::arm
