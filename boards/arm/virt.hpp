// QEMU's `virt` machine for ARM: hardware that exists in software only, in a version for each release since
// 2.6. All versions have their RAM at 1 GiB, as much as the addresses of the default core allow.
//
//     static_assert(boards::arm::Virt<7, 2>::ram.default_size == 128_MiB);
//     static_assert(ram_verdict<boards::arm::Virt<7, 2>>(1023_GiB));
//     static_assert(!ram_verdict<boards::arm::Virt<7, 2>>(1_TiB));
//
//     0x0 [ flash, GIC, UART, RTC, … PCIe ) 0x4000'0000 [ RAM … 1023 GiB ) 0x100'0000'0000
//
// Source: QEMU 7.2 and 11.1, hw/arm/virt.c, `base_memmap` and `virt_set_memmap`.
#pragma once

#include <wirewrap/board.hpp>

namespace wirewrap::boards::arm {

using namespace wirewrap::literals;

template <unsigned Major, unsigned Minor>
struct Virt {
    static constexpr auto name = versioned<"aarch64/virt", Major, Minor>;
    static constexpr auto alias = family_alias("virt", machine_version(Major, Minor));
    static constexpr auto releases = version_releases(machine_version(Major, Minor));
    static constexpr unsigned address_bits = 40;  // Cortex-A15, the default, has LPAE: target/arm/ptw.c
    static constexpr auto ram = main_ram("mach-virt.ram", 128_MiB)
                                    .accepts(at_most(1023_GiB))  // to the end of the addresses
                                    .placed(at(0x4000'0000));    // VIRT_MEM
};
static_assert(Board<Virt<7, 2>>);

}  // namespace wirewrap::boards::arm
