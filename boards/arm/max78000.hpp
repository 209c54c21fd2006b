// Analog Devices' MAX78000FTHR, with a MAX78000 microcontroller: SRAM only, and QEMU ignores `-m`.
//
//     static_assert(ram_verdict<boards::arm::Max78000fthr>(128_KiB));
//
//     0x1000'0000 [ flash )   0x2000'0000 [ SRAM )
//
// Source: QEMU 11.1, include/hw/arm/max78000_soc.h, FLASH_ and SRAM_BASE_ADDRESS and SIZE.
#pragma once

#include <wirewrap/board.hpp>

namespace wirewrap::boards::arm {

using namespace wirewrap::literals;

struct Max78000fthr {
    static constexpr auto name = "aarch64/max78000fthr";
    static constexpr auto releases = since(11, 1);
    static constexpr auto ram = main_ram("MAX78000.sram", 128_KiB)
                                    .accepts(exactly(128_KiB))
                                    .placed(at(0x2000'0000));
    static constexpr auto map = memory_map(rom<"MAX78000.flash">(at(0x1000'0000), 512_KiB));
};
static_assert(Board<Max78000fthr>);

}  // namespace wirewrap::boards::arm
