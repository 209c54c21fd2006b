// Boards with a Xilinx Zynq, Zynq UltraScale+ (zcu102) or Versal. RAM that does not fit into a window goes on
// in the next.
//
//     static_assert(ram_verdict<boards::arm::XlnxZcu102>(34_GiB));
//     static_assert(!ram_verdict<boards::arm::XlnxVersalVirt>(1025_GiB));   // QEMU takes it, and 1 GiB is nowhere
//
//     Zynq     0x0 [ RAM … 2 GiB )
//     zcu102   0x0 [ RAM … 2 GiB )   0x8'0000'0000 [ … 34 GiB )
//     Versal   0x0 [ RAM … 2 GiB )   0x8'0000'0000 [ … 34 GiB )   0xc0'0000'0000 [ … 290 GiB )[ … 1 TiB )
//      11.1    0x0 [ RAM … 2 GiB )   0x8'0000'0000 [ … 18 GiB )
//
// Sources: QEMU 7.2, hw/arm/xilinx_zynq.c; hw/arm/xlnx-zcu102.c and include/hw/arm/xlnx-zynqmp.h,
// XLNX_ZYNQMP_MAX_LOW_RAM_SIZE and _HIGH_RAM_; hw/arm/xlnx-versal.c, `versal_map_ddr`, and
// include/hw/arm/xlnx-versal.h, MM_TOP_DDR; for 11.1 the windows as measured.
#pragma once

#include <wirewrap/board.hpp>

namespace wirewrap::boards::arm {

using namespace wirewrap::literals;

struct XilinxZynqA9 {
    static constexpr auto name = "aarch64/xilinx-zynq-a9";
    static constexpr auto ram = main_ram("zynq.ext_ram", 128_MiB).accepts(at_most(2_GiB)).placed(at(0x0));
};
static_assert(Board<XilinxZynqA9>);

struct XlnxZcu102 {
    static constexpr auto name = "aarch64/xlnx-zcu102";
    static constexpr auto ram = main_ram("ddr-ram", 128_MiB)  // QEMU finds less than 128 MiB small, and takes it
                                    .accepts(at_most(34_GiB))
                                    .placed(split(at(0x0), 2_GiB, at(0x8'0000'0000)));
};
static_assert(Board<XlnxZcu102>);

struct XlnxVersalVirt {
    static constexpr auto name = "aarch64/xlnx-versal-virt";
    static constexpr auto releases = until(10, 0);
    static constexpr auto ram = main_ram("ddr", 128_MiB)
                                    .accepts(at_most(1_TiB))  // the four windows together
                                    .placed(fill(window(at(0x0), 2_GiB), window(at(0x8'0000'0000), 32_GiB),
                                                 window(at(0xc0'0000'0000), 256_GiB),
                                                 window(at(0x100'0000'0000), 734_GiB)));
};
static_assert(Board<XlnxVersalVirt>);

namespace versal {

/// The third window begins within the second, at 0xc'0000'0000, and hides the rest of that: what fits before it.
constexpr auto ram(Bytes low) {
    return main_ram("ddr", 128_MiB)
        .accepts(at_most(low + 16_GiB))
        .placed(fill(window(at(0x0), low), window(at(0x8'0000'0000), 16_GiB)));
}

}  // namespace versal

struct AmdVersalVirt {
    static constexpr auto name = "aarch64/amd-versal-virt";
    static constexpr auto alias = "xlnx-versal-virt";
    static constexpr auto releases = since(11, 1);
    static constexpr auto ram = versal::ram(2_GiB);
};

struct AmdVersal2Virt {
    static constexpr auto name = "aarch64/amd-versal2-virt";
    static constexpr auto releases = since(11, 1);
    static constexpr auto ram = versal::ram(2046_MiB);
};
static_assert(Board<AmdVersalVirt> && Board<AmdVersal2Virt>);

}  // namespace wirewrap::boards::arm
