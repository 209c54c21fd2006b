// QEMU's 64-bit Sun machines: `sun4u` and `sun4v`, whose RAM begins at 0, and `niagara`, the UltraSPARC T1 with its
// partition RAM above 2 GiB.
//
//     auto machine = Machine<boards::sparc::Niagara, hostmem::Anonymous>::create({.ram_size = 1_GiB});
//
//     niagara   0x8000'0000          0x1f'1000'0000                                    0xff'f000'0000
//                [ RAM …              [ UART ) … [ NVRAM ) … [ MD ROM ) [ HV ROM )       [ PROM ) … [ RTC )
//
// Source: QEMU 7.2, hw/sparc64/sun4u.c and hw/sparc64/niagara.c, and the flat view measured with 1 TiB of RAM. QEMU's
// sun4u and sun4v take no memory backend and waste one that is asked for; here they take any.
#pragma once

#include <bit>

#include <wirewrap/board.hpp>

namespace wirewrap::boards::sparc {

using namespace wirewrap::literals;

/// No name of its own: the two boards differ in their processor.
struct Sun4uRam {
    static constexpr auto byte_order = std::endian::big;
    static constexpr auto ram = main_ram("sun4u.ram", 128_MiB)  // the block's name in QEMU, on both boards
                                    .accepts(any)               // 43 sizes up to 1 TiB measured
                                    .placed(at(0x0));
};

struct Sun4u : Sun4uRam {
    static constexpr auto name = "sparc64/sun4u";
};
struct Sun4v : Sun4uRam {
    static constexpr auto name = "sparc64/sun4v";
};
static_assert(Board<Sun4u>);

struct Niagara {
    static constexpr auto name = "sparc64/niagara";
    static constexpr auto byte_order = std::endian::big;
    static constexpr auto ram = main_ram("sun4v-partition.ram", 128_MiB)  // hw/core/machine.c
                                    .accepts(any)                         // 43 sizes up to 1 TiB measured
                                    .placed(at(0x8000'0000));             // NIAGARA_PARTITION_RAM_BASE
    static constexpr auto map = memory_map(
        overlay(reserved<"uart">(at(0x1f'1000'0000), 8_B)),            // NIAGARA_UART_BASE
        overlay(ram_block<"sun4v.nvram">(at(0x1f'1100'0000), 8_KiB)),  // NIAGARA_NVRAM_BASE
        overlay(rom<"sun4v-md.rom">(at(0x1f'1200'0000), 8_KiB)),       // NIAGARA_MD_ROM_BASE
        overlay(rom<"sun4v-hv.rom">(at(0x1f'1208'0000), 8_KiB)),       // NIAGARA_HV_ROM_BASE
        overlay(rom<"sun4v.prom">(at(0xff'f000'0000), 4_MiB)),         // NIAGARA_PROM_BASE
        overlay(reserved<"rtc">(at(0xff'f0c1'fff8), 8_B)));            // NIAGARA_RTC_BASE
};
static_assert(Board<Niagara>);

}  // namespace wirewrap::boards::sparc
