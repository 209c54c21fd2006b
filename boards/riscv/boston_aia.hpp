// MIPS's Boston board with a RISC-V P8700: whole GiB of RAM, of which the first 256 MiB show at 0, too.
//
//     0x0 [ RAM 0 … 256 MiB )   0x8000'0000 [ RAM … 4 GiB )
//
// Source: QEMU 11.1, hw/riscv/boston-aia.c, boston_mach_init.
#pragma once

#include <wirewrap/board.hpp>

namespace wirewrap::boards::riscv {

using namespace wirewrap::literals;

struct BostonAia {
    static constexpr auto name = "riscv64/boston-aia";
    static constexpr auto releases = since(11, 1);
    static constexpr auto ram = main_ram("boston.ddr", 2_GiB)
                                    .accepts(multiple_of(1_GiB) && at_most(4_GiB))
                                    .placed(at(0x8000'0000))
                                    .mirrored(at(0x0), first(256_MiB));
};
static_assert(Board<BostonAia>);

}  // namespace wirewrap::boards::riscv
