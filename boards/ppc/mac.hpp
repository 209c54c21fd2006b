// QEMU's two PowerPC Macintosh machines: `g3beige`, old world, and `mac99`, new world. RAM lies from 0 up to the I/O.
//
//     auto machine = Machine<boards::ppc::Mac99, hostmem::Anonymous>::create({.ram_size = 1_GiB});
//
//     0x0        0x8000'0000
//      [ RAM … )  [ PCI memory …
//
// Source: QEMU 7.2, hw/ppc/mac_oldworld.c and hw/ppc/mac_newworld.c.
#pragma once

#include <bit>

#include <wirewrap/board.hpp>

namespace wirewrap::boards::ppc {

using namespace wirewrap::literals;

struct G3Beige {
    static constexpr auto name = "ppc64/g3beige";
    static constexpr auto byte_order = std::endian::big;
    static constexpr auto ram = main_ram("ppc_heathrow.ram", 128_MiB)  // hw/core/machine.c
                                    .accepts(at_most(2047_MiB))        // the check in ppc_heathrow_init()
                                    .placed(at(0x0));
};
static_assert(Board<G3Beige>);

struct Mac99 {
    static constexpr auto name = "ppc64/mac99";
    static constexpr auto byte_order = std::endian::big;
    static constexpr auto ram = main_ram("ppc_core99.ram", 128_MiB)  // hw/core/machine.c
                                    .accepts(at_most(2_GiB))         // the check in ppc_core99_init()
                                    .placed(at(0x0));
};
static_assert(Board<Mac99>);

}  // namespace wirewrap::boards::ppc
