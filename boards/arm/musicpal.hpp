// Freecom's MusicPal, an internet radio with a Marvell 88W8618 and 32 MiB of RAM.
//
//     static_assert(ram_verdict<boards::arm::Musicpal>(32_MiB));
//     static_assert(!ram_verdict<boards::arm::Musicpal>(64_MiB));
//
//     0x0 [ RAM 32 MiB )   0xc000'0000 [ SRAM 128 KiB )
//
// Source: QEMU 7.2, hw/arm/musicpal.c, MP_RAM_DEFAULT_SIZE, MP_SRAM_BASE and MP_SRAM_SIZE.
#pragma once

#include <wirewrap/board.hpp>

namespace wirewrap::boards::arm {

using namespace wirewrap::literals;

struct Musicpal {
    static constexpr auto name = "aarch64/musicpal";
    static constexpr auto ram = main_ram("musicpal.ram", 32_MiB).accepts(exactly(32_MiB)).placed(at(0x0));
    static constexpr auto map = memory_map(ram_block<"musicpal.sram">(at(0xc000'0000), 128_KiB));
};
static_assert(Board<Musicpal>);

}  // namespace wirewrap::boards::arm
