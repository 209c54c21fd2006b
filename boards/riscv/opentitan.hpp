// QEMU's `opentitan`, the Earl Grey root of trust with a 32-bit Ibex core: 128 KiB of SRAM.
//
//     auto machine = Machine<boards::riscv::OpenTitan, hostmem::Anonymous>::create({});
//
//     0x8000     0x1000'0000        0x2000'0000
//      [ ROM )    [ RAM, 128 KiB )   [ flash )
//
// Source: QEMU 7.2, hw/riscv/opentitan.c: ibex_memmap.
#pragma once

#include <wirewrap/board.hpp>

namespace wirewrap::boards::riscv {

using namespace wirewrap::literals;

struct OpenTitan {
    static constexpr auto name = "riscv32/opentitan";
    static constexpr auto ram = main_ram("riscv.lowrisc.ibex.ram", 128_KiB)  // IBEX_DEV_RAM
                                    .accepts(exactly(128_KiB))
                                    .placed(at(0x1000'0000));
};
static_assert(Board<OpenTitan>);

}  // namespace wirewrap::boards::riscv
