// QEMU's `virtex-ml507`, a Xilinx FPGA board with a PowerPC 440 core: RAM of any size, through which a large one sees the
// peripherals above 2 GiB.
//
//     auto machine = Machine<boards::ppc::VirtexMl507, hostmem::Anonymous>::create({.ram_size = 256_MiB});
//
//     0x0       0x8180'0000                                          0xfc00'0000
//      [ RAM …   [ interrupts ) … [ timer ) … [ UART ) … RAM …        [ flash, 16M ) [ RAM …
//
// Source: QEMU 7.2, hw/ppc/virtex_ml507.c, and the flat view measured with 1 TiB of RAM. The UART's 32 bytes begin at
// 0x83e0'1003, of which memory around it, in units of 8 bytes, leaves 40 to it.
#pragma once

#include <bit>

#include <wirewrap/board.hpp>

namespace wirewrap::boards::ppc {

using namespace wirewrap::literals;

struct VirtexMl507 {
    static constexpr auto name = "ppc64/virtex-ml507";
    static constexpr auto byte_order = std::endian::big;
    static constexpr auto ram = main_ram("ram", 128_MiB)  // hw/core/machine.c
                                    .accepts(any)         // 43 sizes up to 1 TiB measured
                                    .placed(at(0x0));
    static constexpr auto map = memory_map(
        overlay(reserved<"intc">(at(0x8180'0000), 32_B)),      // INTC_BASEADDR
        overlay(reserved<"timer">(at(0x83c0'0000), 32_B)),     // TIMER_BASEADDR
        overlay(reserved<"uart">(at(0x83e0'1000), 40_B)),      // UART16550_BASEADDR
        overlay(reserved<"flash">(at(0xfc00'0000), 16_MiB)));  // PFLASH_BASEADDR
};
static_assert(Board<VirtexMl507>);

}  // namespace wirewrap::boards::ppc
