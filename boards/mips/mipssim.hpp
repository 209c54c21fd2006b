// QEMU's `mipssim`, the machine of MIPS' own simulator: RAM of any size, in which the boot ROM punches a hole.
//
//     auto machine = Machine<boards::mips::MipsSim, hostmem::Anonymous>::create({.ram_size = 640_MiB});
//
//     0x0       0x1fc0'0000    0x2000'0000
//      [ RAM …   [ BIOS, 4M )   [ RAM …
//
// Source: QEMU 7.2, hw/mips/mipssim.c, and the flat view measured with 1 TiB of RAM.
#pragma once

#include <wirewrap/board.hpp>

namespace wirewrap::boards::mips {

using namespace wirewrap::literals;

struct MipsSim {
    static constexpr auto name = "mips64el/mipssim";
    static constexpr auto releases = until(10, 1);
    static constexpr auto ram = main_ram("mips_mipssim.ram", 128_MiB)  // hw/core/machine.c
                                    .accepts(any)                      // 43 sizes up to 1 TiB measured
                                    .placed(at(0x0));
    static constexpr auto map = memory_map(
        overlay(rom<"mips_mipssim.bios">(at(0x1fc0'0000), 4_MiB)));  // include/hw/mips/bios.h: BIOS_SIZE
};
static_assert(Board<MipsSim>);

}  // namespace wirewrap::boards::mips
