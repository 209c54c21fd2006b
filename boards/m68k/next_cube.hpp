// QEMU's `next-cube`, the 68040 workstation by NeXT. RAM may have any size; the frame buffer and a small block of the
// bus master show through it.
//
//     auto machine = Machine<boards::m68k::NextCube, hostmem::Fixed<96_MiB>>::create({});
//
//     0x400'0000       0xb00'0000                       0x820c'0000
//      [ RAM …          [ frame buffer ) [ RAM …         [ bmap, 64 bytes ) [ RAM …
//
// Source: QEMU 7.2, hw/m68k/next-cube.c, and the flat view measured with 1 TiB of RAM. That RAM of 128 MiB loses the part
// under the frame buffer is what QEMU does; 112 MiB is the most that is seen whole.
#pragma once

#include <bit>

#include <wirewrap/board.hpp>

namespace wirewrap::boards::m68k {

using namespace wirewrap::literals;

struct NextCube {
    static constexpr auto name = "m68k/next-cube";
    static constexpr auto byte_order = std::endian::big;
    static constexpr auto ram = main_ram("next.ram", 64_MiB)  // RAM_SIZE
                                    .accepts(any)             // 43 sizes up to 1 TiB measured
                                    .placed(at(0x400'0000));
    static constexpr auto map = memory_map(
        overlay(ram_block<"next-video">(at(0xb00'0000), 0x1c'b100_B)),  // hw/display/next-fb.c
        ram_block<"next.bmapmem">(at(0x20c'0000), 64_B),
        overlay(mirror<"bmap-high">(block_at("next.bmapmem", 0_B, 64_B), at(0x820c'0000))));
};
static_assert(Board<NextCube>);

}  // namespace wirewrap::boards::m68k
