// QEMU's `leon3_generic`, the LEON3 SoC that flies in spacecraft: up to 1 GiB of RAM.
//
//     auto machine = Machine<boards::sparc::Leon3Generic, hostmem::Anonymous>::create({.ram_size = 512_MiB});
//
//     0x0             0x4000'0000  0x8000'0000
//      [ PROM … )      [ RAM … )    [ APB devices …
//
// Source: QEMU 7.2, hw/sparc/leon3.c.
#pragma once

#include <bit>

#include <wirewrap/board.hpp>

namespace wirewrap::boards::sparc {

using namespace wirewrap::literals;

struct Leon3Generic {
    static constexpr auto name = "sparc/leon3_generic";
    static constexpr auto byte_order = std::endian::big;
    static constexpr auto ram = main_ram("leon3.ram", 128_MiB)  // hw/core/machine.c
                                    .accepts(at_most(1_GiB))    // the APB follows
                                    .placed(at(0x4000'0000));   // LEON3_RAM_OFFSET
};
static_assert(Board<Leon3Generic>);

}  // namespace wirewrap::boards::sparc
