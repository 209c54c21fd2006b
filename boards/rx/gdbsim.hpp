// QEMU's two boards with Renesas RX62N microcontrollers, as GDB's simulator has them: external SDRAM of 16 MiB or more, in
// which the flash shows when it reaches it.
//
//     auto machine = Machine<boards::rx::GdbsimR5f562n7, hostmem::Anonymous>::create({.ram_size = 16_MiB});
//
//     0x0                    0x10'0000        0x100'0000   0xfff8'0000
//      [ internal RAM ) I/O   [ data flash )   [ RAM …      [ code flash ) [ RAM …
//
// Source: QEMU 7.2, hw/rx/rx-gdbsim.c and hw/rx/rx62n.c, and the flat view measured with 8 GiB of RAM.
#pragma once

#include <wirewrap/board.hpp>

namespace wirewrap::boards::rx {

using namespace wirewrap::literals;

struct Gdbsim {
    static constexpr auto ram = main_ram("ext-sdram", 16_MiB)
                                    .accepts(at_least(16_MiB))  // 35 sizes up to 1 TiB measured
                                    .placed(at(0x100'0000));    // EXT_CS_BASE
};

struct GdbsimR5f562n7 : Gdbsim {
    static constexpr auto name = "rx/gdbsim-r5f562n7";
    static constexpr auto map = memory_map(
        overlay(rom<"flash-code">(at(0xfff8'0000), 384_KiB)));  // RX62N_CFLASH_BASE
};
static_assert(Board<GdbsimR5f562n7>);

struct GdbsimR5f562n8 : Gdbsim {
    static constexpr auto name = "rx/gdbsim-r5f562n8";
    static constexpr auto map = memory_map(
        overlay(rom<"flash-code">(at(0xfff8'0000), 512_KiB)));
};
static_assert(Board<GdbsimR5f562n8>);

}  // namespace wirewrap::boards::rx
