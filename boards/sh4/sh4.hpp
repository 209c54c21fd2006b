// QEMU's two SuperH boards: the Renesas R2D-PLUS with 64 MiB of RAM, and SHIX with two modules of 16 MiB.
//
//     auto machine = Machine<boards::sh4::R2d, hostmem::Anonymous>::create({});
//     // 128 MiB: "sh4/r2d accepts exactly 64 MiB of RAM, not 128 MiB; use 64 MiB"
//
//     r2d    0x0               0xc00'0000
//             [ flash, 16M )    [ RAM, 64M )
//     shix   0x0               0x800'0000               0xc00'0000
//             [ ROM, 16K )      [ RAM, sdram1, 16M )     [ sdram2, 16M )
//
// Source: QEMU 7.2, hw/sh4/r2d.c and hw/sh4/shix.c. QEMU ignores every `-m` and reports a RAM of 128 MiB; here the RAM is
// what is soldered in, under the blocks' names in QEMU.
#pragma once

#include <wirewrap/board.hpp>

namespace wirewrap::boards::sh4 {

using namespace wirewrap::literals;

struct R2d {
    static constexpr auto name = "sh4/r2d";
    static constexpr auto ram = main_ram("r2d.sdram", 64_MiB)  // SDRAM_SIZE
                                    .accepts(exactly(64_MiB))
                                    .placed(at(0xc00'0000));  // SDRAM_BASE
};
static_assert(Board<R2d>);

struct Shix {
    static constexpr auto name = "sh4/shix";
    static constexpr auto releases = until(9, 1);
    static constexpr auto ram = main_ram("shix.sdram1", 16_MiB)
                                    .accepts(exactly(16_MiB))
                                    .placed(at(0x800'0000));
    static constexpr auto map = memory_map(
        rom<"shix.rom">(at(0x0), 16_KiB),
        ram_block<"shix.sdram2">(at(0xc00'0000), 16_MiB));  // a block of its own in QEMU
};
static_assert(Board<Shix>);

}  // namespace wirewrap::boards::sh4
