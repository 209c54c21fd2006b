// QEMU's `boston`, Imagination's FPGA board for 64-bit MIPS: 1 or 2 GiB of RAM, the first 256 MiB of it also at 0.
//
//     auto machine = Machine<boards::mips::Boston, hostmem::Anonymous>::create({.ram_size = 2_GiB});
//
//     0x0                    0x1000'0000       0x8000'0000
//      [ RAM 0 … 256 MiB )    PCI, devices …    [ all RAM )
//
// Source: QEMU 7.2, hw/mips/boston.c.
#pragma once

#include <wirewrap/board.hpp>

namespace wirewrap::boards::mips {

using namespace wirewrap::literals;

struct Boston {
    static constexpr auto name = "mips64el/boston";
    static constexpr auto ram = main_ram("boston.ddr", 1_GiB)
                                    .accepts(one_of(1_GiB, 2_GiB))
                                    .placed(at(0x8000'0000))
                                    .mirrored(at(0x0), first(256_MiB));  // boston.low_ddr
};
static_assert(Board<Boston>);

}  // namespace wirewrap::boards::mips
