// QEMU's `powernv8`, `powernv9` and `powernv10`: OpenPOWER machines without a hypervisor, with at least 1 GiB of RAM.
//
//     auto machine = Machine<boards::ppc::PowerNv9, hostmem::Anonymous>::create({.ram_size = 16_GiB});
//
//     0x0       0x7f'fd80'0000                        0x7f'ffd8'0000           (POWER8)
//      [ RAM …   [ HOMER, 4M ) [ RAM …                 [ OCC sensors ) [ RAM …
//
// Source: QEMU 7.2, hw/ppc/pnv.c and include/hw/ppc/pnv.h, and the flat view measured with 1 TiB of RAM.
#pragma once

#include <bit>

#include <wirewrap/board.hpp>

namespace wirewrap::boards::ppc {

using namespace wirewrap::literals;

struct PowerNvRam {
    static constexpr auto byte_order = std::endian::big;
    static constexpr auto ram = main_ram("pnv.ram", 1_GiB)
                                    .accepts(at_least(1_GiB))  // 20 sizes up to 1 TiB measured
                                    .placed(at(0x0));
};

struct PowerNv8 : PowerNvRam {
    static constexpr auto name = "ppc64/powernv8";
    static constexpr auto map = memory_map(
        overlay(reserved<"homer">(at(0x7f'fd80'0000), 4_MiB)),           // PNV_HOMER_BASE
        overlay(reserved<"occ-sensors">(at(0x7f'ffd8'0000), 150_KiB)));  // PNV_OCC_SENSOR_BASE
};
struct PowerNv9 : PowerNvRam {  // POWER9 has the same two above 32 TiB
    static constexpr auto name = "ppc64/powernv9";
    static constexpr auto alias = "powernv";
};
struct PowerNv10 : PowerNvRam {
    static constexpr auto name = "ppc64/powernv10";
};
static_assert(Board<PowerNv8> && Board<PowerNv9>);

}  // namespace wirewrap::boards::ppc
