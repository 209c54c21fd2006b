// QEMU's two PetaLogix reference designs for MicroBlaze on Xilinx boards, ML605 and Spartan-3A DSP 1800: RAM of any size,
// in which flash and, on the ML605, the peripherals show when it reaches them.
//
//     auto machine = Machine<boards::microblaze::PetalogixMl605, hostmem::Anonymous>::create({.ram_size = 256_MiB});
//
//     ml605         0x0         0x5000'0000   0x8180'0000                        0x8600'0000
//                    [ BRAM )    [ RAM …       [ peripherals … RAM …              [ flash, 32M ) [ RAM …
//     s3adsp1800    0x0         0x9000'0000                                      0xa000'0000
//                    [ BRAM )    [ RAM …                                          [ flash, 16M ) [ RAM …
//
// Source: QEMU 7.2, hw/microblaze/petalogix_ml605_mmu.c and petalogix_s3adsp1800_mmu.c, and the flat view measured with 4
// and 8 GiB of RAM. QEMU's boards take no memory backend and waste one that is asked for; here they take any. The RAM ids
// are the blocks' names in QEMU.
#pragma once

#include <bit>

#include <wirewrap/board.hpp>

namespace wirewrap::boards::microblaze {

using namespace wirewrap::literals;

struct PetalogixMl605 {
    static constexpr auto name = "microblaze/petalogix-ml605";
    static constexpr auto byte_order = std::endian::big;
    static constexpr auto ram = main_ram("petalogix_ml605.ram", 128_MiB)  // hw/core/machine.c
                                    .accepts(any)                         // 43 sizes up to 1 TiB measured
                                    .placed(at(0x5000'0000));             // MEMORY_BASEADDR
    static constexpr auto map = memory_map(
        overlay(reserved<"intc">(at(0x8180'0000), 32_B)),         // INTC_BASEADDR
        overlay(reserved<"ethernet">(at(0x8278'0000), 256_KiB)),  // AXIENET_BASEADDR
        overlay(reserved<"timer">(at(0x83c0'0000), 32_B)),        // TIMER_BASEADDR
        overlay(reserved<"uart">(at(0x83e0'1000), 32_B)),         // UART16550_BASEADDR
        overlay(reserved<"dma">(at(0x8460'0000), 96_B)),          // AXIDMA_BASEADDR
        overlay(reserved<"flash">(at(0x8600'0000), 32_MiB)));     // FLASH_BASEADDR
};
static_assert(Board<PetalogixMl605>);

struct PetalogixS3adsp1800 {
    static constexpr auto name = "microblaze/petalogix-s3adsp1800";
    static constexpr auto byte_order = std::endian::big;
    static constexpr auto ram = main_ram("petalogix_s3adsp1800.ram", 128_MiB)
                                    .accepts(any)              // 43 sizes up to 1 TiB measured
                                    .placed(at(0x9000'0000));  // MEMORY_BASEADDR
    static constexpr auto map = memory_map(
        overlay(reserved<"flash">(at(0xa000'0000), 16_MiB)));  // FLASH_BASEADDR
};
static_assert(Board<PetalogixS3adsp1800>);

}  // namespace wirewrap::boards::microblaze
