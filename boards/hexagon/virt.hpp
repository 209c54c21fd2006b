// QEMU's boards for Qualcomm's Hexagon DSP: `virt`, which exists in software only, and the V66G with 1024 KiB of TCM.
//
//     auto machine = Machine<boards::hexagon::Virt, hostmem::Anonymous>::create({.ram_size = 1_GiB});
//
//     0x0        0x1000'0000    0xd840'0000          0xde00'0000
//      [ RAM …    [ UART ) …     [ VTCM, 4 MiB ) …    [ table ) … RAM goes on between and behind them
//
// Sources: QEMU 11.1, hw/hexagon/virt.c and hexagon_dsp.c, and the flat view measured; any size, up to 1 TiB measured.
#pragma once

#include <wirewrap/board.hpp>

namespace wirewrap::boards::hexagon {

using namespace wirewrap::literals;

struct Virt {
    static constexpr auto name = "hexagon/virt";
    static constexpr auto releases = since(11, 1);
    static constexpr auto ram = main_ram("ddr.ram", 4_GiB).accepts(any).placed(at(0x0));
    static constexpr auto map = memory_map(
        overlay(reserved<"uart">(at(0x1000'0000), 4_KiB)),
        overlay(ram_block<"vtcm.ram">(at(0xd840'0000), 4_MiB)),
        overlay(rom<"config_table.rom">(at(0xde00'0000), 512_B)));
};

struct V66G1024 {
    static constexpr auto name = "hexagon/V66G_1024";
    static constexpr auto releases = since(11, 1);
    static constexpr auto ram = main_ram("ddr.ram", 4_GiB).accepts(any).placed(at(0x0));
};
static_assert(Board<Virt> && Board<V66G1024>);

}  // namespace wirewrap::boards::hexagon
