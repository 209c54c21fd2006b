// ARM Versatile Express with a Cortex-A9 or a Cortex-A15 daughterboard. In 7.2 the A9's memory map has the first 64
// MiB of RAM at 0 too, where a NOR flash, which is wired there at reset, hides all of it; since 10.0 only the flash is there.
//
//     static_assert(ram_verdict<boards::arm::VexpressA9>(1_GiB));
//     static_assert(!ram_verdict<boards::arm::VexpressA15>(31_GiB));   // "…; use 30 GiB"
//
//     A9     0x0 [ flash 0 (7.2: over RAM) )       0x6000'0000 [ RAM … 1 GiB )
//     A15    0x8000'0000 [ RAM … 30 GiB )
//
// Source: QEMU 7.2 and 11.1, hw/arm/vexpress.c, `a9_daughterboard_init`, `a15_daughterboard_init`,
// `motherboard_legacy_map`.
#pragma once

#include <wirewrap/board.hpp>

namespace wirewrap::boards::arm {

using namespace wirewrap::literals;

template <QemuRelease As>
struct VexpressA9AsOf {
    static constexpr auto name = "aarch64/vexpress-a9";
    static constexpr bool low_mirror = As < qemu_release(10, 0);
    static constexpr auto releases = low_mirror ? until(7, 2) : since(10, 0);
    static constexpr auto ram = [] {
        constexpr auto high = main_ram("vexpress.highmem", 128_MiB).accepts(at_most(1_GiB)).placed(at(0x6000'0000));
        if constexpr (low_mirror)
            return high.mirrored(at(0x0), first(64_MiB));
        else
            return high;
    }();
    static constexpr auto map = memory_map(
        overlay(reserved<"flash0">(at(0x0), 64_MiB)));  // VE_NORFLASHALIAS
};
using VexpressA9 = VexpressA9AsOf<newest_qemu>;
static_assert(Board<VexpressA9> && Board<VexpressA9AsOf<qemu_release(7, 2)>>);

struct VexpressA15 {
    static constexpr auto name = "aarch64/vexpress-a15";
    static constexpr auto ram = main_ram("vexpress.highmem", 128_MiB)
                                    .accepts(at_most(30_GiB))
                                    .placed(at(0x8000'0000));
};
static_assert(Board<VexpressA15>);

}  // namespace wirewrap::boards::arm
