// Tenstorrent's Atlantis: RAM at 4 GiB, whose first 2 GiB show at 0, too.
//
//     0x0 [ RAM 0 … 2 GiB )   0x1'0000'0000 [ RAM … 64 GiB )
//
// Source: QEMU 11.1, hw/riscv/tt_atlantis.c, tt_atlantis_memmap.
#pragma once

#include <wirewrap/board.hpp>

namespace wirewrap::boards::riscv {

using namespace wirewrap::literals;

struct TtAtlantis {
    static constexpr auto name = "riscv64/tt-atlantis";
    static constexpr auto releases = since(11, 1);
    static constexpr auto ram = main_ram("tt_atlantis.ram", 4_GiB)
                                    .accepts(at_most(64_GiB))
                                    .placed(at(0x1'0000'0000))
                                    .mirrored(at(0x0), first(2_GiB));
    static constexpr auto map = memory_map(rom<"tt-atlantis.bootrom">(at(0x8000'0000), 8_KiB));
};
static_assert(Board<TtAtlantis>);

}  // namespace wirewrap::boards::riscv
