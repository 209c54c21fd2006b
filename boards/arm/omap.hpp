// Boards with a Texas Instruments OMAP: Nokia's internet tablets, the Siemens SX1 and the Palm Tungsten|E. The
// RAM of each is soldered on and has one size.
//
//     static_assert(ram_verdict<boards::arm::N800>(128_MiB));
//     static_assert(!ram_verdict<boards::arm::N800>(256_MiB));   // "… exactly 128 MiB of RAM, not 256 MiB; …"
//
//     OMAP310     0x1000'0000 [ RAM )
//     OMAP2420    0x8000'0000 [ RAM )
//
// Sources: QEMU 7.2, include/hw/arm/omap.h, OMAP_EMIFF_BASE and OMAP2_Q2_BASE (addresses); hw/arm/nseries.c,
// omap_sx1.c and palm.c (sizes).
#pragma once

#include <wirewrap/board.hpp>

namespace wirewrap::boards::arm {

using namespace wirewrap::literals;

namespace omap {

constexpr auto omap1_dram(Bytes size) {
    return main_ram("omap1.dram", size).accepts(exactly(size)).placed(at(0x1000'0000));
}
constexpr auto omap2_dram(Bytes size) {
    return main_ram("omap2.dram", size).accepts(exactly(size)).placed(at(0x8000'0000));
}

}  // namespace omap

struct N800 {
    static constexpr auto name = "aarch64/n800";
    static constexpr auto releases = until(9, 1);
    static constexpr auto ram = omap::omap2_dram(128_MiB);
};

struct N810 {
    static constexpr auto name = "aarch64/n810";
    static constexpr auto releases = until(9, 1);
    static constexpr auto ram = omap::omap2_dram(128_MiB);
};

struct Sx1 {
    static constexpr auto name = "aarch64/sx1";
    static constexpr auto ram = omap::omap1_dram(32_MiB);
};

struct Sx1V1 {
    static constexpr auto name = "aarch64/sx1-v1";
    static constexpr auto ram = omap::omap1_dram(32_MiB);
};

struct Cheetah {
    static constexpr auto name = "aarch64/cheetah";
    static constexpr auto releases = until(9, 1);
    static constexpr auto ram = omap::omap1_dram(32_MiB);
};

// One of each kind; the rest differ in name or size.
static_assert(Board<N800> && Board<Sx1>);

}  // namespace wirewrap::boards::arm
