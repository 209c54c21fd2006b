// QEMU's two boards with the e500 cores of Freescale: the MPC8544DS, and `ppce500`, a machine that exists in software only.
// RAM comes in units of 64 MiB.
//
//     auto machine = Machine<boards::ppc::PpcE500, hostmem::Anonymous>::create({.ram_size = 256_MiB});
//
//     0x0       0xf'e000'0000                  0xf'ef00'0000
//      [ RAM …   [ registers of the SoC … RAM   [ spin table ) [ RAM …
//
// Source: QEMU 7.2, hw/ppc/e500.c, and the flat view of ppce500 measured with 1 TiB of RAM. Both boards have one RAM id.
// I2C decodes 20 bytes, of which memory around it, in units of 8 bytes, leaves 24 to it.
#pragma once

#include <bit>

#include <wirewrap/board.hpp>

namespace wirewrap::boards::ppc {

using namespace wirewrap::literals;

struct Mpc8544Ds {
    static constexpr auto name = "ppc64/mpc8544ds";
    static constexpr auto byte_order = std::endian::big;
    static constexpr auto ram = main_ram("mpc8544ds.ram", 128_MiB)                   // hw/core/machine.c
                                    .accepts(multiple_of(64_MiB) && at_most(3_GiB))  // hw/ppc/mpc8544ds.c
                                    .placed(at(0x0));
};
static_assert(Board<Mpc8544Ds>);

struct PpcE500 {
    static constexpr auto name = "ppc64/ppce500";
    static constexpr auto byte_order = std::endian::big;
    static constexpr auto ram = main_ram("mpc8544ds.ram", 128_MiB)  // hw/core/machine.c
                                    .accepts(multiple_of(64_MiB))   // RAM_SIZES_ALIGN; 25 sizes measured
                                    .placed(at(0x0));
    static constexpr auto map = memory_map(  // registers: CCSRBAR, 0xf'e000'0000, and MPC8544_..._REGS_OFFSET
        overlay(reserved<"i2c">(at(0xf'e000'3000), 24_B)),
        overlay(reserved<"pci-conf">(at(0xf'e000'8000), 8_B)),
        overlay(reserved<"pci-reg">(at(0xf'e000'8c00), 1_KiB)),
        overlay(reserved<"mpic">(at(0xf'e004'0000), 0x1310_B)),  // globals and timers
        overlay(reserved<"mpic-msi">(at(0xf'e004'1600), 512_B)),
        overlay(reserved<"mpic-summary">(at(0xf'e004'3800), 2_KiB)),
        overlay(reserved<"mpic-src">(at(0xf'e005'0000), 8_KiB)),
        overlay(reserved<"mpic-cpu">(at(0xf'e006'0000), 0x1'f100_B)),
        overlay(reserved<"guts">(at(0xf'e00e'0000), 4_KiB)),
        overlay(reserved<"gpio">(at(0xf'e00f'f000), 4_KiB)),
        overlay(reserved<"spin">(at(0xf'ef00'0000), 1_KiB)));  // hw/ppc/ppce500_spin.c
};
static_assert(Board<PpcE500>);

}  // namespace wirewrap::boards::ppc
