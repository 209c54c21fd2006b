// Boards with an Intel PXA255 or PXA270: Gumstix, Sharp Zaurus, Zipit, and Intel's own Mainstone. QEMU ignores
// `-m` on all of them; here the RAM that each has is the RAM that it accepts.
//
//     static_assert(ram_verdict<boards::arm::Spitz>(64_MiB));
//     static_assert(!ram_verdict<boards::arm::Spitz>(128_MiB));    // what QEMU reports and the board has not
//
//     0x5c00'0000 [ SRAM 256 KiB )   0xa000'0000 [ SDRAM )
//
// Sources: QEMU 7.2, hw/arm/pxa2xx.c, `pxa255_init` and `pxa270_init`, include/hw/arm/pxa.h, PXA2XX_SDRAM_BASE and
// PXA2XX_INTERNAL_BASE; sizes from hw/arm/gumstix.c, mainstone.c, spitz.c, tosa.c and z2.c.
#pragma once

#include <wirewrap/board.hpp>

namespace wirewrap::boards::arm {

using namespace wirewrap::literals;

namespace pxa {

constexpr auto pxa255_sdram(Bytes size) {
    return main_ram("pxa255.sdram", size).accepts(exactly(size)).placed(at(0xa000'0000));
}
constexpr auto pxa270_sdram(Bytes size) {
    return main_ram("pxa270.sdram", size).accepts(exactly(size)).placed(at(0xa000'0000));
}
constexpr auto pxa255_map() { return memory_map(ram_block<"pxa255.internal">(at(0x5c00'0000), 256_KiB)); }
constexpr auto pxa270_map() { return memory_map(ram_block<"pxa270.internal">(at(0x5c00'0000), 256_KiB)); }

}  // namespace pxa

struct Connex {
    static constexpr auto name = "aarch64/connex";
    static constexpr auto releases = until(9, 1);
    static constexpr auto ram = pxa::pxa255_sdram(64_MiB);
    static constexpr auto map = pxa::pxa255_map();
};

struct Verdex {
    static constexpr auto name = "aarch64/verdex";
    static constexpr auto releases = until(9, 1);
    static constexpr auto ram = pxa::pxa270_sdram(256_MiB);
    static constexpr auto map = pxa::pxa270_map();
};

struct Mainstone {
    static constexpr auto name = "aarch64/mainstone";
    static constexpr auto releases = until(9, 1);
    static constexpr auto ram = pxa::pxa270_sdram(64_MiB);
    static constexpr auto map = pxa::pxa270_map();
};

struct Akita {
    static constexpr auto name = "aarch64/akita";
    static constexpr auto releases = until(9, 1);
    static constexpr auto ram = pxa::pxa270_sdram(64_MiB);
    static constexpr auto map = pxa::pxa270_map();
};

struct Borzoi {
    static constexpr auto name = "aarch64/borzoi";
    static constexpr auto releases = until(9, 1);
    static constexpr auto ram = pxa::pxa270_sdram(64_MiB);
    static constexpr auto map = pxa::pxa270_map();
};

struct Spitz {
    static constexpr auto name = "aarch64/spitz";
    static constexpr auto releases = until(9, 1);
    static constexpr auto ram = pxa::pxa270_sdram(64_MiB);
    static constexpr auto map = pxa::pxa270_map();
};

struct Terrier {
    static constexpr auto name = "aarch64/terrier";
    static constexpr auto releases = until(9, 1);
    static constexpr auto ram = pxa::pxa270_sdram(64_MiB);
    static constexpr auto map = pxa::pxa270_map();
};

struct Tosa {
    static constexpr auto name = "aarch64/tosa";
    static constexpr auto releases = until(9, 1);
    static constexpr auto ram = pxa::pxa255_sdram(64_MiB);
    static constexpr auto map = memory_map(
        ram_block<"tc6393xb.vram">(at(0x1010'0000), 1_MiB),  // hw/display/tc6393xb.c: RAM of the display controller
        ram_block<"pxa255.internal">(at(0x5c00'0000), 256_KiB));
};

struct Z2 {
    static constexpr auto name = "aarch64/z2";
    static constexpr auto releases = until(9, 1);
    static constexpr auto ram = pxa::pxa270_sdram(32_MiB);
    static constexpr auto map = pxa::pxa270_map();
};

// One of each kind; the rest differ in name or size.
static_assert(Board<Connex> && Board<Akita> && Board<Tosa>);

}  // namespace wirewrap::boards::arm
