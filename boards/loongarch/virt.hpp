// QEMU's virt board for LoongArch: 256 MiB of RAM from 0, the rest above the devices.
//
//     0x0              0x1000'0000          0x9000'0000
//      [ RAM to 256 MiB ) … PCI, devices … [ the rest of RAM …
//
// Source: hw/loongarch/virt.c, loongarch_init; include/hw/loongarch/virt.h.
#pragma once

#include <wirewrap/board.hpp>

namespace wirewrap::boards::loongarch {

using namespace wirewrap::literals;

struct Virt {
    static constexpr auto name = "loongarch64/virt";
    static constexpr auto ram = main_ram("loongarch.ram", 1_GiB)
                                    .accepts(at_least(1_GiB))
                                    .placed(split(at(0x0), 256_MiB, at(0x9000'0000)));
};

}  // namespace wirewrap::boards::loongarch
