// QEMU's four Arduino boards: the RAM is the SRAM of their ATmega microcontroller, which begins behind the registers in the
// data space.
//
//     auto machine = Machine<boards::avr::Uno, hostmem::Anonymous>::create({});
//     // 128 MiB: "avr/arduino-uno accepts exactly 1280 bytes of RAM, not 128 MiB; use 1280 bytes"
//
//     0x0                    0x80'0000                   0x80'0100       0x80'0400
//      [ program flash ) …    [ registers and I/O )       [ sram-as-io )  [ sram )       7.2: sram is both
//
// Source: QEMU 7.2 and 11.1, hw/avr/arduino.c, hw/avr/atmega.c (sram_size, and OFFSET_DATA of target/avr/cpu.h). QEMU ignores
// every `-m` and reports a RAM of 128 MiB; here the RAM is what is soldered in.
#pragma once

#include <wirewrap/board.hpp>

namespace wirewrap::boards::avr {

using namespace wirewrap::literals;

/// `As`: 11.1 has the SRAM below 0x80'0400, which its translator takes for I/O, in a block of its own.
template <QemuRelease As>
struct Arduino {
    static constexpr bool in_two_blocks = As >= qemu_release(11, 1);
    static constexpr GuestAddress second_block = at(0x80'0400);
    static constexpr auto releases = in_two_blocks ? since(11, 1) : until(10, 0);

    /// "sram" is the block's name in QEMU.
    static constexpr auto sram(Bytes size, GuestAddress base) {
        const Bytes left = in_two_blocks ? size - (second_block - base) : size;
        return main_ram("sram", left).accepts(exactly(left)).placed(in_two_blocks ? second_block : base);
    }
    static constexpr auto map_from(GuestAddress base) {
        if constexpr (in_two_blocks)
            return memory_map(ram_block<"sram-as-io">(base, second_block - base));
        else
            return memory_map();
    }
};

template <QemuRelease As>
struct DuemilanoveAsOf : Arduino<As> {  // ATmega168
    static constexpr auto name = "avr/arduino-duemilanove";
    static constexpr auto alias = "2009";
    static constexpr auto ram = Arduino<As>::sram(1_KiB, at(0x80'0100));
    static constexpr auto map = Arduino<As>::map_from(at(0x80'0100));
};
using Duemilanove = DuemilanoveAsOf<newest_qemu>;

template <QemuRelease As>
struct UnoAsOf : Arduino<As> {  // ATmega328P
    static constexpr auto name = "avr/arduino-uno";
    static constexpr auto alias = "uno";
    static constexpr auto ram = Arduino<As>::sram(2_KiB, at(0x80'0100));
    static constexpr auto map = Arduino<As>::map_from(at(0x80'0100));
};
using Uno = UnoAsOf<newest_qemu>;

template <QemuRelease As>
struct MegaAsOf : Arduino<As> {  // ATmega1280, with more I/O registers below the SRAM
    static constexpr auto name = "avr/arduino-mega";
    static constexpr auto alias = "mega";
    static constexpr auto ram = Arduino<As>::sram(8_KiB, at(0x80'0200));
    static constexpr auto map = Arduino<As>::map_from(at(0x80'0200));
};
using Mega = MegaAsOf<newest_qemu>;

template <QemuRelease As>
struct Mega2560AsOf : MegaAsOf<As> {  // ATmega2560
    static constexpr auto name = "avr/arduino-mega-2560-v3";
    static constexpr auto alias = "mega2560";
};
using Mega2560 = Mega2560AsOf<newest_qemu>;
static_assert(Board<Uno> && Board<UnoAsOf<qemu_release(7, 2)>> && Board<Mega>);

}  // namespace wirewrap::boards::avr
