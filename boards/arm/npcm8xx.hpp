// Nuvoton's evaluation board for the BMC NPCM845.
//
//     static_assert(ram_verdict<boards::arm::Npcm845Evb>(2_GiB));
//     static_assert(!ram_verdict<boards::arm::Npcm845Evb>(768_MiB));
//
//     0x0 [ RAM … 2 GiB )
//
// Sources: QEMU 11.1, hw/arm/npcm8xx_boards.c (default), hw/arm/npcm8xx.c (NPCM8XX_DRAM_SZ is 2 GiB, addresses),
// hw/misc/npcm_gcr.c (a register that encodes powers of two from 128 MiB on).
#pragma once

#include <wirewrap/board.hpp>

namespace wirewrap::boards::arm {

using namespace wirewrap::literals;

struct Npcm845Evb {
    static constexpr auto name = "aarch64/npcm845-evb";
    static constexpr auto releases = since(10, 0);
    static constexpr auto ram = main_ram("ram", 1_GiB)
                                    .accepts(power_of_two() && between(128_MiB, 2_GiB))
                                    .placed(at(0x0));
    static constexpr auto map = memory_map(
        ram_block<"ram3">(at(0xc000'8000), 4_KiB),
        ram_block<"ram2">(at(0xfffb'0000), 256_KiB),
        rom<"irom">(at(0xffff'0100), 64_KiB));
};
static_assert(Board<Npcm845Evb>);

}  // namespace wirewrap::boards::arm
