// The BBC micro:bit, with a Nordic nRF51822: a Cortex-M0 with SRAM only. QEMU ignores `-m` here.
//
//     static_assert(ram_verdict<boards::arm::Microbit>(16_KiB));
//     static_assert(!ram_verdict<boards::arm::Microbit>(128_MiB));   // what QEMU reports and the chip has not
//
//     0x0 [ flash 256 KiB )   0x2000'0000 [ SRAM 16 KiB )
//
// Sources: QEMU 7.2, hw/arm/nrf51_soc.c, NRF51822_SRAM_PAGES and NRF51822_FLASH_PAGES, include/hw/arm/nrf51.h,
// NRF51_SRAM_BASE.
#pragma once

#include <wirewrap/board.hpp>

namespace wirewrap::boards::arm {

using namespace wirewrap::literals;

struct Microbit {
    static constexpr auto name = "aarch64/microbit";
    static constexpr auto ram = main_ram("nrf51.sram", 16_KiB)
                                    .accepts(exactly(16_KiB))
                                    .placed(at(0x2000'0000));
    static constexpr auto map = memory_map(rom<"nrf51_soc.flash">(at(0x0), 256_KiB));
};
static_assert(Board<Microbit>);

}  // namespace wirewrap::boards::arm
