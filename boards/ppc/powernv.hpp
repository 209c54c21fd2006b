// QEMU's `powernv8`, `powernv9`, `powernv10` and `powernv11`: OpenPOWER machines without a hypervisor, with at least 1 GiB of RAM.
//
//     auto machine = Machine<boards::ppc::PowerNv9, hostmem::Anonymous>::create({.ram_size = 16_GiB});
//
//     0x0       0x7f'fd80'0000                        0x7f'ffd8'0000           (POWER8)
//      [ RAM …   [ HOMER, 4M ) [ RAM …                 [ OCC sensors ) [ RAM …
//
// Source: QEMU 7.2 and 11.1, hw/ppc/pnv.c and include/hw/ppc/pnv.h, and the flat view measured with 1 TiB of RAM.
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
    static constexpr Alias alias{"powernv", until(7, 2)};
};
struct PowerNv10 : PowerNvRam {
    static constexpr auto name = "ppc64/powernv10";
};

struct PowerNv10Rainier : PowerNvRam {
    static constexpr auto name = "ppc64/powernv10-rainier";
    static constexpr Alias alias{"powernv", since(10, 0).until(10, 0)};
    static constexpr auto releases = since(10, 0);
};

struct PowerNv11 : PowerNvRam {
    static constexpr auto name = "ppc64/powernv11";
    static constexpr Alias alias{"powernv", since(11, 1)};
    static constexpr auto releases = since(11, 1);
};
static_assert(Board<PowerNv8> && Board<PowerNv9>);

}  // namespace wirewrap::boards::ppc
