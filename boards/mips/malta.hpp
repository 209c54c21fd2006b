// QEMU's `malta`, the MIPS evaluation board: RAM lies at 2 GiB, and what 32-bit kernels reach through KSEG0 is shown once
// more below.
//
//     auto machine = Machine<boards::mips::Malta, hostmem::Anonymous>::create({.ram_size = 1_GiB});
//
//     0x0                    0x1000'0000   0x2000'0000               0x8000'0000
//      [ RAM 0 … 256 MiB )    PCI, ROM      [ RAM from 512 MiB on )   [ all RAM …
//
// Source: QEMU 7.2, hw/mips/malta.c. QEMU warns where the board's SPD EEPROM cannot describe a size to the firmware; the
// RAM is there all the same.
#pragma once

#include <wirewrap/board.hpp>

namespace wirewrap::boards::mips {

using namespace wirewrap::literals;

struct Malta {
    static constexpr auto name = "mips64el/malta";
    static constexpr auto ram = main_ram("mips_malta.ram", 128_MiB)  // hw/core/machine.c
                                    .accepts(at_most(2_GiB))
                                    .placed(at(0x8000'0000))
                                    .mirrored(at(0x0), first(256_MiB))  // ends before the PCI memory window
                                    .mirrored(at(0x2000'0000), part(512_MiB, 1536_MiB));
};
static_assert(Board<Malta>);

}  // namespace wirewrap::boards::mips
