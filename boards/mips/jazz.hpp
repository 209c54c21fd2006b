// QEMU's two Jazz machines, MIPS workstations built for Windows NT: the MIPS Magnum and the Acer PICA-61. Up to 256 MiB of
// RAM from address 0.
//
//     auto machine = Machine<boards::mips::Magnum, hostmem::Anonymous>::create({.ram_size = 64_MiB});
//
//     0x0        0x1000'0000   0x1fc0'0000
//      [ RAM … )                [ BIOS …
//
// Source: QEMU 7.2, hw/mips/jazz.c.
#pragma once

#include <wirewrap/board.hpp>

namespace wirewrap::boards::mips {

using namespace wirewrap::literals;

struct JazzRam {
    static constexpr auto ram = main_ram("mips_jazz.ram", 128_MiB)  // hw/core/machine.c
                                    .accepts(at_most(256_MiB))
                                    .placed(at(0x0));
};

struct Magnum : JazzRam {
    static constexpr auto name = "mips64el/magnum";
};
struct Pica61 : JazzRam {
    static constexpr auto name = "mips64el/pica61";
};
static_assert(Board<Magnum> && Board<Pica61>);

}  // namespace wirewrap::boards::mips
