// QEMU's `shakti_c`, the C-class SoC of IIT Madras' Shakti project: RAM of any size.
//
//     auto machine = Machine<boards::riscv::ShaktiC, hostmem::Anonymous>::create({.ram_size = 256_MiB});
//
//     0x1000     0x8000'0000
//      [ ROM )    [ RAM …
//
// Source: QEMU 7.2, hw/riscv/shakti_c.c: shakti_c_memmap.
#pragma once

#include <wirewrap/board.hpp>

namespace wirewrap::boards::riscv {

using namespace wirewrap::literals;

struct ShaktiC {
    static constexpr auto name = "riscv64/shakti_c";
    static constexpr auto ram = main_ram("riscv.shakti.c.ram", 128_MiB)  // hw/core/machine.c
                                    .accepts(any)                        // 43 sizes up to 1 TiB measured
                                    .placed(at(0x8000'0000));
};
static_assert(Board<ShaktiC>);

}  // namespace wirewrap::boards::riscv
