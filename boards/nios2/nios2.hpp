// QEMU's two boards with Intel's Nios II soft processor, the 10M50 reference design and a board without MMU: 128 MiB of
// RAM, shown twice.
//
//     auto machine = Machine<boards::nios2::Ghrd10m50, hostmem::Anonymous>::create({});
//
//     10m50-ghrd            0x0         0x800'0000           0xc000'0000   0xc800'0000
//                            [ TCM )     [ RAM, 128 MiB )     [ TCM )       [ RAM again )
//     nios2-generic-nommu   0x0         0x1000'0000          0xc000'0000   0xd000'0000
//                            [ TCM )     [ RAM, 128 MiB )     [ TCM )       [ RAM again )
//
// Source: QEMU 7.2, hw/nios2/10m50_devboard.c and hw/nios2/generic_nommu.c. QEMU ignores every `-m`; here the RAM is what
// the board has.
#pragma once

#include <wirewrap/board.hpp>

namespace wirewrap::boards::nios2 {

using namespace wirewrap::literals;

struct Ghrd10m50 {
    static constexpr auto name = "nios2/10m50-ghrd";
    static constexpr auto releases = until(9, 0);
    static constexpr auto ram = main_ram("nios2.ram", 128_MiB)  // the block's name in QEMU; ram_size
                                    .accepts(exactly(128_MiB))
                                    .placed(at(0x800'0000))                      // ram_base
                                    .mirrored(at(0xc800'0000), first(128_MiB));  // the uncached view of it
};
static_assert(Board<Ghrd10m50>);

struct GenericNoMmu {
    static constexpr auto name = "nios2/nios2-generic-nommu";
    static constexpr auto releases = until(9, 0);
    static constexpr auto ram = main_ram("nios2.ram", 128_MiB)
                                    .accepts(exactly(128_MiB))
                                    .placed(at(0x1000'0000))
                                    .mirrored(at(0xd000'0000), first(128_MiB));
};
static_assert(Board<GenericNoMmu>);

}  // namespace wirewrap::boards::nios2
