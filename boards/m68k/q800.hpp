// QEMU's `q800`, the Macintosh Quadra 800: up to 1 GiB of RAM from address 0.
//
//     auto machine = Machine<boards::m68k::Q800, hostmem::Anonymous>::create({.ram_size = 1_GiB});
//     // 1280 MiB: "m68k/q800 accepts at most 1 GiB of RAM, not 1280 MiB; use 1 GiB"
//
//     0x0        0x4000'0000  0x4080'0000
//      [ RAM … )  …            [ ROM, I/O …
//
// Source: QEMU 7.2, hw/m68k/q800.c.
#pragma once

#include <bit>

#include <wirewrap/board.hpp>

namespace wirewrap::boards::m68k {

using namespace wirewrap::literals;

struct Q800 {
    static constexpr auto name = "m68k/q800";
    static constexpr auto byte_order = std::endian::big;
    static constexpr auto ram = main_ram("m68k_mac.ram", 128_MiB)  // hw/core/machine.c
                                    .accepts(at_most(1_GiB))       // ROM and I/O follow
                                    .placed(at(0x0));
};
static_assert(Board<Q800>);

}  // namespace wirewrap::boards::m68k
