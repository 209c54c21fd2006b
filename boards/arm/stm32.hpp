// Boards with an STM32 microcontroller: ST's VL Discovery, Netduino 2 and Netduino Plus 2. They have SRAM only,
// and QEMU ignores `-m`.
//
//     static_assert(ram_verdict<boards::arm::Netduino2>(128_KiB));
//     static_assert(!ram_verdict<boards::arm::Netduino2>(128_MiB));   // what QEMU reports and the chip has not
//
//     0x800'0000 [ flash )   0x2000'0000 [ SRAM )     flash shows at 0 as well
//
// Sources: QEMU 7.2, include/hw/arm/stm32f100_soc.h, stm32f205_soc.h and stm32f405_soc.h, FLASH_ and
// SRAM_BASE_ADDRESS and SIZE.
#pragma once

#include <wirewrap/board.hpp>

namespace wirewrap::boards::arm {

using namespace wirewrap::literals;

struct Stm32vldiscovery {
    static constexpr auto name = "aarch64/stm32vldiscovery";
    static constexpr auto ram = main_ram("STM32F100.sram", 8_KiB)
                                    .accepts(exactly(8_KiB))
                                    .placed(at(0x2000'0000));
    static constexpr auto map = memory_map(
        rom<"STM32F100.flash">(at(0x800'0000), 128_KiB),
        mirror<"flash-alias">(block_at("STM32F100.flash", 0_B, 128_KiB), at(0x0)));
};
static_assert(Board<Stm32vldiscovery>);

struct Netduino2 {
    static constexpr auto name = "aarch64/netduino2";
    static constexpr auto ram = main_ram("STM32F205.sram", 128_KiB)
                                    .accepts(exactly(128_KiB))
                                    .placed(at(0x2000'0000));
    static constexpr auto map = memory_map(
        rom<"STM32F205.flash">(at(0x800'0000), 1_MiB),
        mirror<"flash-alias">(block_at("STM32F205.flash", 0_B, 1_MiB), at(0x0)));
};
static_assert(Board<Netduino2>);

struct Netduinoplus2 {
    static constexpr auto name = "aarch64/netduinoplus2";
    static constexpr auto ram = main_ram("STM32F405.sram", 192_KiB)
                                    .accepts(exactly(192_KiB))
                                    .placed(at(0x2000'0000));
    static constexpr auto map = memory_map(
        rom<"STM32F405.flash">(at(0x800'0000), 1_MiB),
        mirror<"flash-alias">(block_at("STM32F405.flash", 0_B, 1_MiB), at(0x0)));
};
static_assert(Board<Netduinoplus2>);

}  // namespace wirewrap::boards::arm
