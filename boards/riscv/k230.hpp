// Kendryte's K230. QEMU takes any size from 2 GiB on and lets more RAM than that cover the SRAM and the devices above it.
//
//     0x0 [ RAM 2 GiB )   0x8020'0000 [ SRAM )   0x9120'0000 [ boot ROM )
//
// Source: QEMU 11.1, hw/riscv/k230.c, memmap.
#pragma once

#include <wirewrap/board.hpp>

namespace wirewrap::boards::riscv {

using namespace wirewrap::literals;

struct K230 {
    static constexpr auto name = "riscv64/k230";
    static constexpr auto releases = since(11, 1);
    static constexpr auto ram = main_ram("riscv.K230.ram", 2_GiB).accepts(exactly(2_GiB)).placed(at(0x0));
    static constexpr auto map = memory_map(
        ram_block<"sram">(at(0x8020'0000), 2_MiB),
        rom<"bootrom">(at(0x9120'0000), 64_KiB));
};
static_assert(Board<K230>);

}  // namespace wirewrap::boards::riscv
