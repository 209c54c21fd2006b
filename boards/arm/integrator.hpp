// ARM Integrator/CP. All of its RAM appears at 0 and once more at 2 GiB, so there is room for 2 GiB; the
// devices above 256 MiB lie over the RAM at 0, and three of them over the RAM at 2 GiB.
//
//     static_assert(ram_verdict<boards::arm::Integratorcp>(2_GiB));
//     static_assert(!ram_verdict<boards::arm::Integratorcp>(3_GiB));    // QEMU takes it, and the two meet
//
//     0x0 [ RAM … [ devices, RAM between them ) … )0x8000'0000 [ the same RAM … [ display ) … )0x1'0000'0000
//                  0x1000'0000    0x1d00'1000                       0xc000'0000
//
// Sources: QEMU 7.2, hw/arm/integratorcp.c, `integratorcp_init`; measured with `info mtree` (sizes).
#pragma once

#include <wirewrap/board.hpp>

namespace wirewrap::boards::arm {

using namespace wirewrap::literals;

struct Integratorcp {
    static constexpr auto name = "aarch64/integratorcp";
    static constexpr auto ram = main_ram("integrator.ram", 128_MiB)
                                    .accepts(at_most(2_GiB))
                                    .placed(at(0x0))
                                    .mirrored(at(0x8000'0000), first(2_GiB));
    static constexpr auto map = memory_map(
        overlay(reserved<"core-module">(at(0x1000'0000), 8_MiB)),
        overlay(reserved<"timer">(at(0x1300'0000), 4_KiB)),
        overlay(reserved<"pic">(at(0x1400'0000), 8_MiB)),
        overlay(reserved<"rtc">(at(0x1500'0000), 4_KiB)),
        overlay(reserved<"uart0">(at(0x1600'0000), 4_KiB)),
        overlay(reserved<"uart1">(at(0x1700'0000), 4_KiB)),
        overlay(reserved<"keyboard">(at(0x1800'0000), 4_KiB)),
        overlay(reserved<"mouse">(at(0x1900'0000), 4_KiB)),
        overlay(reserved<"leds">(at(0x1a00'0000), 16_MiB)),
        overlay(reserved<"mmc">(at(0x1c00'0000), 4_KiB)),
        overlay(reserved<"audio">(at(0x1d00'0000), 4_KiB)),
        overlay(reserved<"display">(at(0xc000'0000), 4_KiB)),
        overlay(reserved<"secondary-pic">(at(0xca00'0000), 8_MiB)),
        overlay(reserved<"control">(at(0xcb00'0000), 8_MiB)));
};
static_assert(Board<Integratorcp>);

}  // namespace wirewrap::boards::arm
