// QEMU's two OpenRISC boards, `or1k-sim` and `virt`, both machines that exist in software only: RAM of any size from 0,
// in which the devices show when it reaches them.
//
//     auto machine = Machine<boards::or1k::Virt, hostmem::Anonymous>::create({.ram_size = 512_MiB});
//
//     0x0       0x9000'0000     0x9600'0000            0x9700'0000          0x9e00'0000          0xb000'0000
//      [ RAM …   [ UART ) RAM …  [ test, clock ) RAM …  [ virtio ) RAM …     [ PCI …          )   [ RAM …      (virt)
//
// Source: QEMU 7.2, hw/openrisc/openrisc_sim.c and hw/openrisc/virt.c (virt_memmap), and the flat view measured with
// 16 GiB of RAM. QEMU's boards take no memory backend and waste one that is asked for; here they take any. The clock's 36
// bytes take 40 from the RAM around, whose unit is 8 bytes.
#pragma once

#include <bit>

#include <wirewrap/board.hpp>

namespace wirewrap::boards::or1k {

using namespace wirewrap::literals;

/// Both name their block "openrisc.ram"; the default is that of every board (hw/core/machine.c).
struct OpenRiscRam {
    static constexpr auto byte_order = std::endian::big;
    static constexpr auto ram = main_ram("openrisc.ram", 128_MiB)
                                    .accepts(any)  // 43 sizes up to 1 TiB measured
                                    .placed(at(0x0));
};

struct Sim : OpenRiscRam {
    static constexpr auto name = "or1k/or1k-sim";
    static constexpr auto map = memory_map(
        overlay(reserved<"uart0">(at(0x9000'0000), 8_B)),
        overlay(reserved<"uart1">(at(0x9000'0100), 8_B)),
        overlay(reserved<"uart2">(at(0x9000'0200), 8_B)),
        overlay(reserved<"uart3">(at(0x9000'0300), 8_B)));
};
static_assert(Board<Sim>);

struct Virt : OpenRiscRam {
    static constexpr auto name = "or1k/virt";
    static constexpr auto map = memory_map(
        overlay(reserved<"uart">(at(0x9000'0000), 8_B)),
        overlay(reserved<"test">(at(0x9600'0000), 4_KiB)),
        overlay(reserved<"rtc">(at(0x9600'5000), 40_B)),
        overlay(reserved<"virtio0">(at(0x9700'0000), 512_B)),
        overlay(reserved<"virtio1">(at(0x9700'1000), 512_B)),
        overlay(reserved<"virtio2">(at(0x9700'2000), 512_B)),
        overlay(reserved<"virtio3">(at(0x9700'3000), 512_B)),
        overlay(reserved<"virtio4">(at(0x9700'4000), 512_B)),
        overlay(reserved<"virtio5">(at(0x9700'5000), 512_B)),
        overlay(reserved<"virtio6">(at(0x9700'6000), 512_B)),
        overlay(reserved<"virtio7">(at(0x9700'7000), 512_B)),
        overlay(reserved<"pci-config">(at(0x9e00'0000), 16_MiB)),
        overlay(reserved<"pci-io">(at(0x9f00'0000), 64_KiB)),
        overlay(reserved<"pci-memory">(at(0xa000'0000), 256_MiB)));
};
static_assert(Board<Virt>);

}  // namespace wirewrap::boards::or1k
