// Luminary's Stellaris evaluation boards, Cortex-M3 microcontrollers with SRAM only. QEMU ignores `-m` here.
//
//     static_assert(ram_verdict<boards::arm::Lm3s6965evb>(64_KiB));
//     static_assert(!ram_verdict<boards::arm::Lm3s6965evb>(128_MiB));   // what QEMU reports and the chip has not
//
//     0x0 [ flash )   0x2000'0000 [ SRAM )
//
// Source: QEMU 7.2, hw/arm/stellaris.c, `stellaris_boards`, field dc0: sizes of flash in units of 2 KiB and of
// SRAM in units of 256 bytes, each less one.
#pragma once

#include <wirewrap/board.hpp>

namespace wirewrap::boards::arm {

using namespace wirewrap::literals;

struct Lm3s811evb {
    static constexpr auto name = "aarch64/lm3s811evb";
    static constexpr auto ram = main_ram("stellaris.sram", 8_KiB)  // dc0 0x001f001f
                                    .accepts(exactly(8_KiB))
                                    .placed(at(0x2000'0000));
    static constexpr auto map = memory_map(rom<"stellaris.flash">(at(0x0), 64_KiB));
};
static_assert(Board<Lm3s811evb>);

struct Lm3s6965evb {
    static constexpr auto name = "aarch64/lm3s6965evb";
    static constexpr auto ram = main_ram("stellaris.sram", 64_KiB)  // dc0 0x00ff007f
                                    .accepts(exactly(64_KiB))
                                    .placed(at(0x2000'0000));
    static constexpr auto map = memory_map(rom<"stellaris.flash">(at(0x0), 256_KiB));
};
static_assert(Board<Lm3s6965evb>);

}  // namespace wirewrap::boards::arm
