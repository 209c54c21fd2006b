// QEMU's two boards with Loongson processors: the Fuloong 2E mini computer, soldered with 256 MiB, and `loongson3-virt`,
// a machine that exists in software only, with RAM at 2 GiB whose first 256 MiB are also at 0.
//
//     auto machine = Machine<boards::mips::Loongson3Virt, hostmem::Anonymous>::create({.ram_size = 4_GiB});
//
//     fuloong2e        0x0
//                       [ RAM, 256 MiB )
//     loongson3-virt   0x0                    0x1000'0000   0x8000'0000
//                       [ RAM 0 … 256 MiB )    devices …     [ all RAM …
//
// Source: QEMU 7.2, hw/mips/fuloong2e.c, loongson3_virt.c and loongson3_bootp.c (virt_memmap).
#pragma once

#include <wirewrap/board.hpp>

namespace wirewrap::boards::mips {

using namespace wirewrap::literals;

struct Fuloong2e {
    static constexpr auto name = "mips64el/fuloong2e";
    static constexpr auto ram = main_ram("fuloong2e.ram", 256_MiB)
                                    .accepts(exactly(256_MiB))
                                    .placed(at(0x0));
};
static_assert(Board<Fuloong2e>);

struct Loongson3Virt {
    static constexpr auto name = "mips64el/loongson3-virt";
    static constexpr auto ram = main_ram("loongson3.highram", 1600_MiB)
                                    .accepts(at_least(512_MiB))          // 28 sizes up to 1 TiB measured
                                    .placed(at(0x8000'0000))             // VIRT_HIGHMEM
                                    .mirrored(at(0x0), first(256_MiB));  // VIRT_LOWMEM
};
static_assert(Board<Loongson3Virt>);

}  // namespace wirewrap::boards::mips
