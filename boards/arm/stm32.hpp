// Boards with an STM32 microcontroller: ST's VL Discovery and IoT node, Netduino 2 and Netduino Plus 2, Olimex H405. They have
// SRAM only, and QEMU ignores `-m`.
//
//     static_assert(ram_verdict<boards::arm::Netduino2>(128_KiB));
//     static_assert(!ram_verdict<boards::arm::Netduino2>(128_MiB));   // what QEMU reports and the chip has not
//
//     0x800'0000 [ flash )   0x2000'0000 [ SRAM )     flash shows at 0 as well
//
// Sources: QEMU 7.2 and 11.1, include/hw/arm/stm32f100_soc.h, stm32f205_soc.h and stm32f405_soc.h, FLASH_, SRAM_ and
// CCM_BASE_ADDRESS and SIZE; hw/arm/stm32l4x5_soc.c.
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

namespace stm32 {

/// As the chip has it, the last 64 KiB of its SRAM coupled to the core; 7.2 has all of it in one place.
constexpr auto f405_ram(Bytes size) {
    return main_ram("STM32F405.sram", size).accepts(exactly(size)).placed(at(0x2000'0000));
}
template <QemuRelease As>
constexpr auto f405_map() {
    constexpr auto flash = rom<"STM32F405.flash">(at(0x800'0000), 1_MiB);
    constexpr auto alias = mirror<"flash-alias">(block_at("STM32F405.flash", 0_B, 1_MiB), at(0x0));
    if constexpr (As >= qemu_release(10, 0))
        return memory_map(flash, alias, ram_block<"STM32F405.ccm">(at(0x1000'0000), 64_KiB));
    else
        return memory_map(flash, alias);
}

}  // namespace stm32

template <QemuRelease As>
struct Netduinoplus2AsOf {
    static constexpr auto name = "aarch64/netduinoplus2";
    static constexpr bool coupled = As >= qemu_release(10, 0);
    static constexpr auto releases = coupled ? since(10, 0) : until(7, 2);
    static constexpr auto ram = stm32::f405_ram(coupled ? 128_KiB : 192_KiB);
    static constexpr auto map = stm32::f405_map<As>();
};
using Netduinoplus2 = Netduinoplus2AsOf<newest_qemu>;
static_assert(Board<Netduinoplus2> && Board<Netduinoplus2AsOf<qemu_release(7, 2)>>);

struct OlimexStm32H405 {
    static constexpr auto name = "aarch64/olimex-stm32-h405";
    static constexpr auto releases = since(10, 0);
    static constexpr auto ram = stm32::f405_ram(128_KiB);
    static constexpr auto map = stm32::f405_map<newest_qemu>();
};

struct BL475eIot01a {
    static constexpr auto name = "aarch64/b-l475e-iot01a";
    static constexpr auto releases = since(10, 0);
    static constexpr auto ram = main_ram("SRAM1", 96_KiB).accepts(exactly(96_KiB)).placed(at(0x2000'0000));
    static constexpr auto map = memory_map(
        rom<"flash">(at(0x800'0000), 1_MiB),
        mirror<"flash_boot_alias">(block_at("flash", 0_B, 1_MiB), at(0x0)),
        ram_block<"SRAM2">(at(0x1000'0000), 32_KiB));
};
static_assert(Board<BL475eIot01a>);

}  // namespace wirewrap::boards::arm
