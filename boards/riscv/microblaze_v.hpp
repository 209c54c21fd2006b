// AMD's MicroBlaze V in the design that QEMU calls generic: a RISC-V soft core with block RAM at 0 and DDR above.
//
//     0x0 [ block RAM, 128 KiB )   0x8000'0000 [ RAM …
//
// Source: QEMU 11.1, hw/riscv/microblaze-v-generic.c, MEMORY_BASEADDR and LMB_BRAM_SIZE.
#pragma once

#include <wirewrap/board.hpp>

namespace wirewrap::boards::riscv {

using namespace wirewrap::literals;

struct MicroblazeV {
    static constexpr auto name = "riscv64/amd-microblaze-v-generic";
    static constexpr auto releases = since(10, 0);
    static constexpr auto ram = main_ram("mb_v.ram", 128_MiB)
                                    .accepts(any)  // 30 sizes up to 1 TiB measured
                                    .placed(at(0x8000'0000));
    static constexpr auto map = memory_map(ram_block<"mb_v.lmb_bram">(at(0x0), 128_KiB));
};
static_assert(Board<MicroblazeV>);

}  // namespace wirewrap::boards::riscv
