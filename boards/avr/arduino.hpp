// QEMU's four Arduino boards: the RAM is the SRAM of their ATmega microcontroller, which begins behind the registers in the
// data space.
//
//     auto machine = Machine<boards::avr::Uno, hostmem::Fixed<2_KiB>>::create({});
//     // 128 MiB: "avr/arduino-uno accepts exactly 2 KiB of RAM, not 128 MiB; use 2 KiB"
//
//     0x0                    0x80'0000                   0x80'0100
//      [ program flash ) …    [ registers and I/O )       [ SRAM )
//
// Source: QEMU 7.2, hw/avr/arduino.c, hw/avr/atmega.c (sram_size, and OFFSET_DATA of target/avr/cpu.h). QEMU ignores every
// `-m` and reports a RAM of 128 MiB; here the RAM is what is soldered in.
#pragma once

#include <wirewrap/board.hpp>

namespace wirewrap::boards::avr {

using namespace wirewrap::literals;

/// "sram" is the block's name in QEMU.
constexpr auto sram(Bytes size, GuestAddress base) {
    return main_ram("sram", size).accepts(exactly(size)).placed(base);
}

struct Duemilanove {  // ATmega168
    static constexpr auto name = "avr/arduino-duemilanove";
    static constexpr auto alias = "2009";
    static constexpr auto ram = sram(1_KiB, at(0x80'0100));
};
struct Uno {  // ATmega328P
    static constexpr auto name = "avr/arduino-uno";
    static constexpr auto alias = "uno";
    static constexpr auto ram = sram(2_KiB, at(0x80'0100));
};
struct Mega {  // ATmega1280, with more I/O registers below the SRAM
    static constexpr auto name = "avr/arduino-mega";
    static constexpr auto alias = "mega";
    static constexpr auto ram = sram(8_KiB, at(0x80'0200));
};
struct Mega2560 {  // ATmega2560
    static constexpr auto name = "avr/arduino-mega-2560-v3";
    static constexpr auto alias = "mega2560";
    static constexpr auto ram = sram(8_KiB, at(0x80'0200));
};
static_assert(Board<Uno> && Board<Mega>);

}  // namespace wirewrap::boards::avr
