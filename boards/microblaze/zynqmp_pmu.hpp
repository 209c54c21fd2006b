// QEMU's `xlnx-zynqmp-pmu`, the platform management unit in Xilinx' Zynq UltraScale+: a MicroBlaze whose RAM has 128 KiB in
// silicon and any size in QEMU.
//
//     auto machine = Machine<boards::microblaze::ZynqMpPmu, hostmem::Anonymous>::create({.ram_size = 128_KiB});
//
//     0xffd0'0000        0xffdc'0000
//      [ ROM, 32 KiB )    [ RAM …           more than 2304 KiB of it run past 4 GiB
//
// Source: QEMU 7.2, hw/microblaze/xlnx-zynqmp-pmu.c. QEMU's board takes no memory backend and wastes one that is asked
// for; here it takes any. The RAM id is the block's name in QEMU.
#pragma once

#include <bit>

#include <wirewrap/board.hpp>

namespace wirewrap::boards::microblaze {

using namespace wirewrap::literals;

struct ZynqMpPmu {
    static constexpr auto name = "microblaze/xlnx-zynqmp-pmu";
    static constexpr auto byte_order = std::endian::big;
    static constexpr auto ram = main_ram("xlnx-zynqmp-pmu.ram", 128_MiB)  // hw/core/machine.c
                                    .accepts(any)                         // 43 sizes up to 1 TiB measured
                                    .placed(at(0xffdc'0000));             // XLNX_ZYNQMP_PMU_RAM_ADDR
};
static_assert(Board<ZynqMpPmu>);

}  // namespace wirewrap::boards::microblaze
