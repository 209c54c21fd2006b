// QEMU's two SiFive boards: the microcontroller FE310, whose RAM is 16 KiB on the chip, and the FU540 of the Unleashed
// board, with RAM of any size.
//
//     auto machine = Machine<boards::riscv::SifiveU, hostmem::Anonymous>::create({.ram_size = 8_GiB});
//
//     0x8000'0000
//      [ RAM …
//
// Source: QEMU 7.2, hw/riscv/sifive_e.c (sifive_e_memmap) and hw/riscv/sifive_u.c (sifive_u_memmap).
#pragma once

#include <wirewrap/board.hpp>

namespace wirewrap::boards::riscv {

using namespace wirewrap::literals;

struct SifiveE {
    static constexpr auto name = "riscv64/sifive_e";
    static constexpr auto ram = main_ram("riscv.sifive.e.ram", 16_KiB)  // SIFIVE_E_DEV_DTIM
                                    .accepts(exactly(16_KiB))
                                    .placed(at(0x8000'0000));
};
static_assert(Board<SifiveE>);

struct SifiveU {
    static constexpr auto name = "riscv64/sifive_u";
    static constexpr auto ram = main_ram("riscv.sifive.u.ram", 128_MiB)  // hw/core/machine.c
                                    .accepts(any)                        // 43 sizes up to 1 TiB measured
                                    .placed(at(0x8000'0000));            // SIFIVE_U_DEV_DRAM
};
static_assert(Board<SifiveU>);

}  // namespace wirewrap::boards::riscv
