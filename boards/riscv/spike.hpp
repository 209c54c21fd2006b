// QEMU's `spike`, the machine of the RISC-V ISA simulator: RAM of any size and a host-target interface.
//
//     auto machine = Machine<boards::riscv::Spike, hostmem::Anonymous>::create({.ram_size = 2_GiB});
//
//     0x1000        0x200'0000     0x8000'0000
//      [ boot ROM )  [ CLINT )      [ RAM …
//
// Source: QEMU 7.2, hw/riscv/spike.c: spike_memmap.
#pragma once

#include <wirewrap/board.hpp>

namespace wirewrap::boards::riscv {

using namespace wirewrap::literals;

struct Spike {
    static constexpr auto name = "riscv64/spike";
    static constexpr auto ram = main_ram("riscv.spike.ram", 128_MiB)  // hw/core/machine.c
                                    .accepts(any)                     // 43 sizes up to 1 TiB measured
                                    .placed(at(0x8000'0000));
};
static_assert(Board<Spike>);

}  // namespace wirewrap::boards::riscv
