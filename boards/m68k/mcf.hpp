// QEMU's two ColdFire evaluation boards: RAM of any size, and behind it the peripherals of the SoC, which win where a
// large RAM reaches them.
//
//     auto machine = Machine<boards::m68k::Mcf5208Evb, hostmem::Anonymous>::create({.ram_size = 64_MiB});
//
//     an5206       0x0                     0x1000'0000          0x2000'0000
//                   [ RAM …                 [ peripherals, 4K )  [ SRAM, 512 bytes )
//     mcf5208evb   0x4000'0000             0x8000'0000          0xfc04'8000
//                   [ RAM …                 [ SRAM, 16K )        [ peripherals …
//
// Source: QEMU 7.2, the file named, and the flat view measured with 1 TiB of RAM.
#pragma once

#include <bit>

#include <wirewrap/board.hpp>

namespace wirewrap::boards::m68k {

using namespace wirewrap::literals;

struct An5206 {
    static constexpr auto name = "m68k/an5206";  // hw/m68k/an5206.c
    static constexpr auto byte_order = std::endian::big;
    static constexpr auto ram = main_ram("an5206.ram", 128_MiB)  // hw/core/machine.c
                                    .accepts(any)                // 42 sizes up to 1 TiB measured
                                    .placed(at(0x0));
    static constexpr auto map = memory_map(
        overlay(reserved<"peripherals">(at(0x1000'0000), 4_KiB)),    // AN5206_MBAR_ADDR; hw/m68k/mcf5206.c
        overlay(ram_block<"an5206.sram">(at(0x2000'0000), 512_B)));  // AN5206_RAMBAR_ADDR
};
static_assert(Board<An5206>);

struct Mcf5208Evb {
    static constexpr auto name = "m68k/mcf5208evb";  // hw/m68k/mcf5208.c
    static constexpr auto byte_order = std::endian::big;
    static constexpr auto ram = main_ram("mcf5208.ram", 128_MiB)  // hw/core/machine.c
                                    .accepts(any)                 // 43 sizes up to 1 TiB measured
                                    .placed(at(0x4000'0000));
    static constexpr auto map = memory_map(
        overlay(ram_block<"mcf5208.sram">(at(0x8000'0000), 16_KiB)),
        overlay(reserved<"intc">(at(0xfc04'8000), 256_B)),  // hw/m68k/mcf_intc.c
        overlay(reserved<"uart0">(at(0xfc06'0000), 64_B)),  // hw/char/mcf_uart.c
        overlay(reserved<"uart1">(at(0xfc06'4000), 64_B)),
        overlay(reserved<"uart2">(at(0xfc06'8000), 64_B)),
        overlay(reserved<"timer0">(at(0xfc08'0000), 16_KiB)),
        overlay(reserved<"timer1">(at(0xfc08'4000), 16_KiB)),
        overlay(reserved<"sys">(at(0xfc0a'8000), 16_KiB)));  // the SDRAM controller
};
static_assert(Board<Mcf5208Evb>);

}  // namespace wirewrap::boards::m68k
