// Emcraft's kit with a Microsemi SmartFusion2: a Cortex-M3 with SRAM of its own and 64 MiB of DDR memory on the
// board. QEMU ignores `-m` here.
//
//     static_assert(ram_verdict<boards::arm::EmcraftSf2>(64_MiB));
//     static_assert(!ram_verdict<boards::arm::EmcraftSf2>(128_MiB));   // what QEMU reports and the board has not
//
//     0x0 [ eNVM again )   0x2000'0000 [ eSRAM )   0x6000'0000 [ eNVM )   0xa000'0000 [ DDR 64 MiB )
//
// Sources: QEMU 7.2, hw/arm/msf2-som.c, DDR_BASE_ADDRESS and DDR_SIZE; hw/arm/msf2-soc.c for what is in the chip.
#pragma once

#include <wirewrap/board.hpp>

namespace wirewrap::boards::arm {

using namespace wirewrap::literals;

struct EmcraftSf2 {
    static constexpr auto name = "aarch64/emcraft-sf2";
    static constexpr auto ram = main_ram("ddr-ram", 64_MiB)
                                    .accepts(exactly(64_MiB))
                                    .placed(at(0xa000'0000));
    static constexpr auto map = memory_map(
        ram_block<"MSF2.eSRAM">(at(0x2000'0000), 64_KiB),
        rom<"MSF2.eNVM">(at(0x6000'0000), 256_KiB),
        mirror<"eNVM-alias">(block_at("MSF2.eNVM", 0_B, 256_KiB), at(0x0)));
};
static_assert(Board<EmcraftSf2>);

}  // namespace wirewrap::boards::arm
