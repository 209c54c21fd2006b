// QEMU's `virt` board for RISC-V, 32 bits: the map and the wires of the 64-bit one (virt.hpp), and RAM up to the window in
// which PCI devices lie.
//
//     auto machine = Machine<boards::riscv::Virt32, hostmem::Anonymous>::create({.ram_size = 10_GiB});
//     // 16 GiB: "riscv32/virt accepts at most 10 GiB of RAM, not 16 GiB; use 10 GiB"
//
//     0x8000'0000       0x3'0000'0000          0x4'0000'0000
//      [ RAM, 10 GiB )   [ PCI memory, 4 GiB )
//
// Source: QEMU 7.2, hw/riscv/virt.c: VIRT32_HIGH_PCIE_MMIO_BASE. Of more than 10 GiB QEMU says that it limits them, and
// maps them all, under the PCI window; here they are refused.
#pragma once

#include <wirewrap/board.hpp>

#include <boards/riscv/virt.hpp>

namespace wirewrap::boards::riscv {

struct Virt32 {
    static constexpr auto name = "riscv32/virt";
    static constexpr unsigned address_bits = 34;  // Sv32: RISC-V privileged ISA 20211203, 4.3.1
    static constexpr std::uint64_t timebase = Virt::timebase;
    static constexpr auto ram = main_ram("riscv_virt_board.ram", 128_MiB)  // hw/core/machine.c
                                    .accepts(at_most(10_GiB))
                                    .placed(at(0x8000'0000));
    static constexpr auto map = Virt::map;
    static constexpr auto wires = Virt::wires;
};
static_assert(Board<Virt32>);

}  // namespace wirewrap::boards::riscv
