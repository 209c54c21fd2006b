// QEMU's `virt` board for RISC-V, 64 bits: a machine that exists in software only, for firmware and operating systems
// that are told about it by a device tree.
//
//     auto machine = Machine<boards::riscv::Virt, hostmem::Anonymous>::create({.ram_size = 256_MiB});
//     auto four = Machine<boards::riscv::VirtHarts<4>, hostmem::Anonymous>::create({.ram_size = 256_MiB});
//
//     0x1000       0x10'0000  0x200'0000  0xc00'0000  0x1000'0000  0x2000'0000       0x8000'0000
//      [ boot ROM ) [ finisher, clock ) … [ CLINT ) … [ PLIC ) … [ UART, virtio ) … [ flash 0, 1 ) … [ RAM …
//
// Source, where a line names no other: QEMU 7.2, hw/riscv/virt.c, `virt_memmap`, and the device tree that it generates
// (`-machine virt,dumpdtb=`). What is there in QEMU and not here: fw_cfg, PCI and its windows, the platform bus, and the
// second I/O area at 0x300'0000.
#pragma once

#include <wirewrap/board.hpp>
#include <wirewrap/device/cfi_flash.hpp>
#include <wirewrap/device/clint.hpp>
#include <wirewrap/device/goldfish_rtc.hpp>
#include <wirewrap/device/ns16550a.hpp>
#include <wirewrap/device/plic.hpp>
#include <wirewrap/device/test_finisher.hpp>
#include <wirewrap/virtio/slot.hpp>

namespace wirewrap::boards::riscv {

using namespace wirewrap::literals;

namespace detail {

/// The wires of `Harts` harts from PLIC and CLINT. The lines are bits of mip: RISC-V privileged ISA 3.1.9.
template <std::size_t Harts>
inline constexpr auto virt_hart_wires = [] {
    constexpr auto& contexts = pin_names<2 * Harts, "context">;  // a hart has two: M, then S
    constexpr auto& timers = pin_names<Harts, "msip", "mtip">;
    constexpr auto& harts = pin_names<Harts, "hart">;
    std::array<Wire, 4 * Harts> wires{};
    for (std::size_t hart = 0; hart != Harts; ++hart) {
        wires[4 * hart + 0] = {"plic", contexts[2 * hart], harts[hart], 11};     // MEIP
        wires[4 * hart + 1] = {"plic", contexts[2 * hart + 1], harts[hart], 9};  // SEIP
        wires[4 * hart + 2] = {"clint", timers[2 * hart], harts[hart], 3};       // MSIP
        wires[4 * hart + 3] = {"clint", timers[2 * hart + 1], harts[hart], 7};   // MTIP
    }
    return wires;
}();

}  // namespace detail

/// As with QEMU's `-smp Harts`. It takes 512 (VIRT_CPUS_MAX); to check so many wires takes compilers more steps than they allow.
template <std::size_t Harts>
    requires(Harts >= 1 && Harts <= 32)
struct VirtHarts {
    static constexpr auto name = "riscv64/virt";
    static constexpr std::size_t harts = Harts;
    static constexpr unsigned address_bits = 56;                           // Sv39, Sv48, Sv57: RISC-V privileged ISA 20211203, 4.4.1
    static constexpr std::uint64_t timebase = 10'000'000;                  // ticks a second; include/hw/intc/riscv_aclint.h
    static constexpr auto ram = main_ram("riscv_virt_board.ram", 128_MiB)  // hw/core/machine.c
                                    .accepts(any)                          // 42 sizes up to 1 TiB measured
                                    .placed(at(0x8000'0000));
    static constexpr auto map = memory_map(
        rom<"riscv_virt_board.mrom">(at(0x1000), 0xf000_B),               // VIRT_MROM
        device<"test", TestFinisher>(at(0x10'0000), 4_KiB),               // VIRT_TEST
        device<"rtc", GoldfishRtc>(at(0x10'1000), 4_KiB),                 // VIRT_RTC
        device<"clint", Clint<Harts>>(at(0x200'0000), 64_KiB),            // VIRT_CLINT
        device<"plic", Plic<96, 2 * Harts>>(at(0xc00'0000), 6_MiB),       // VIRT_PLIC; "riscv,ndev" 96
        device<"uart0", Ns16550a>(at(0x1000'0000), 256_B).narrowed(4_B),  // VIRT_UART0; serial_mm_ops, hw/char/serial.c
        device<"virtio-mmio0", VirtioSlot>(at(0x1000'1000), 4_KiB),       // VIRT_VIRTIO
        device<"virtio-mmio1", VirtioSlot>(at(0x1000'2000), 4_KiB),
        device<"virtio-mmio2", VirtioSlot>(at(0x1000'3000), 4_KiB),
        device<"virtio-mmio3", VirtioSlot>(at(0x1000'4000), 4_KiB),
        device<"virtio-mmio4", VirtioSlot>(at(0x1000'5000), 4_KiB),
        device<"virtio-mmio5", VirtioSlot>(at(0x1000'6000), 4_KiB),
        device<"virtio-mmio6", VirtioSlot>(at(0x1000'7000), 4_KiB),
        device<"virtio-mmio7", VirtioSlot>(at(0x1000'8000), 4_KiB),
        device<"virt.flash0", CfiFlash<32_MiB>>(at(0x2000'0000), 32_MiB),             // VIRT_FLASH, first half
        device<"virt.flash1", CfiFlash<32_MiB>>(at(0x2200'0000), 32_MiB));            // second half
    static constexpr auto wires = joined(wiring(wire<"uart0.irq", "plic", 10>,        // UART0_IRQ, include/hw/riscv/virt.h
                                                wire<"rtc.irq", "plic", 11>,          // RTC_IRQ
                                                wire<"virtio-mmio0.irq", "plic", 1>,  // VIRTIO_IRQ
                                                wire<"virtio-mmio1.irq", "plic", 2>,
                                                wire<"virtio-mmio2.irq", "plic", 3>,
                                                wire<"virtio-mmio3.irq", "plic", 4>,
                                                wire<"virtio-mmio4.irq", "plic", 5>,
                                                wire<"virtio-mmio5.irq", "plic", 6>,
                                                wire<"virtio-mmio6.irq", "plic", 7>,
                                                wire<"virtio-mmio7.irq", "plic", 8>),
                                         detail::virt_hart_wires<Harts>);
};

using Virt = VirtHarts<1>;
static_assert(Board<Virt>);

}  // namespace wirewrap::boards::riscv
