// QEMU's two Xtensa boards without hardware: `sim`, the machine of the instruction set simulator, and `virt`, the same with
// a PCI host. RAM lies from 0 and is counted in 32 bits.
//
//     auto machine = Machine<boards::xtensa::Sim, hostmem::Anonymous>::create({.ram_size = 256_MiB});
//
//     sim    0x0                                                          0xffff'e000
//             [ RAM …                                                      )
//     virt   0x0       0xf000'0000   0xf010'0000        0xf400'0000       0xfc00'0000
//             [ RAM …   [ PCI I/O )   [ PCI config )     [ PCI memory )    [ RAM …
//
// Source: QEMU 7.2, hw/xtensa/sim.c and hw/xtensa/virt.c, and the flat view measured with 4 GiB - 8 KiB of RAM. In QEMU
// the size has 32 bits: 4 GiB die of an assertion, and of 5 GiB one is there; here both are refused. RAM wins over the
// 32 MiB of boot ROM at 0xfe00'0000.
#pragma once

#include <wirewrap/board.hpp>

namespace wirewrap::boards::xtensa {

using namespace wirewrap::literals;

/// The greatest size that 32 bits hold, in the units of 8 KiB to which QEMU rounds (hw/core/machine.c).
inline constexpr Bytes most_ram = 4_GiB - 8_KiB;

struct SimRam {
    static constexpr auto ram = main_ram("xtensa.sysram0", 128_MiB)  // the block's name in QEMU
                                    .accepts(at_most(most_ram))
                                    .placed(at(0x0));
};

struct Sim : SimRam {
    static constexpr auto name = "xtensa/sim";
};
static_assert(Board<Sim>);

struct Virt : SimRam {
    static constexpr auto name = "xtensa/virt";
    static constexpr auto map = memory_map(  // create_pcie()
        overlay(reserved<"pci-io">(at(0xf000'0000), 64_KiB)),
        overlay(reserved<"pci-config">(at(0xf010'0000), 63_MiB)),
        overlay(reserved<"pci-memory">(at(0xf400'0000), 128_MiB)));
};
static_assert(Board<Virt>);

}  // namespace wirewrap::boards::xtensa
