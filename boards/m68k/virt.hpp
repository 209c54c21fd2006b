// QEMU's `virt` board for m68k, a machine that exists in software only, in all its versions: RAM from address 0 up to the
// virtio and Goldfish devices.
//
//     auto machine = Machine<boards::m68k::Virt<7, 2>, hostmem::Anonymous>::create({.ram_size = 256_MiB});
//
//     0x0       0xcf7f'6000      0xff00'0000
//      [ RAM … ) unused           [ devices …
//
// Source: QEMU 7.2 and 11.1, hw/m68k/virt.c.
#pragma once

#include <bit>

#include <wirewrap/board.hpp>

namespace wirewrap::boards::m68k {

using namespace wirewrap::literals;

template <unsigned Major, unsigned Minor>
struct Virt {
    static constexpr auto name = versioned<"m68k/virt", Major, Minor>;
    static constexpr auto alias = family_alias("virt", machine_version(Major, Minor));
    static constexpr auto releases = version_releases(machine_version(Major, Minor));
    static constexpr auto byte_order = std::endian::big;
    static constexpr auto ram = main_ram("m68k_virt.ram", 128_MiB)  // hw/core/machine.c
                                    .accepts(at_most(3399672_KiB))  // the check in virt_init()
                                    .placed(at(0x0));
};
static_assert(Board<Virt<7, 2>>);

}  // namespace wirewrap::boards::m68k
