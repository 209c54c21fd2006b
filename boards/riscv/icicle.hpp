// QEMU's `microchip-icicle-kit`, the PolarFire SoC board: RAM in a low and a high part, each shown twice, cached and past
// the caches.
//
//     auto machine = Machine<boards::riscv::IcicleKit, hostmem::Anonymous>::create({.ram_size = 2_GiB});
//
//     0x8000'0000      0xc000'0000          0x10'0000'0000           0x14'0000'0000
//      [ first GiB )    [ first GiB again )  [ the rest, to 16 GiB )  [ the rest again )
//
// Source: QEMU 7.2, hw/riscv/microchip_pfsoc.c: microchip_pfsoc_memmap. The least, 1 GiB low and 513 MiB high, is what the
// boot firmware tests. With more than 17 GiB the high part would run into
// its own second view; QEMU starts such a machine and the cached view ends there, here it is refused.
#pragma once

#include <wirewrap/board.hpp>

namespace wirewrap::boards::riscv {

using namespace wirewrap::literals;

struct IcicleKit {
    static constexpr auto name = "riscv64/microchip-icicle-kit";
    static constexpr auto ram = main_ram("microchip.icicle.kit.ram", 1537_MiB)
                                    .accepts(between(1537_MiB, 17_GiB))
                                    .placed(split(at(0x8000'0000), 1_GiB, at(0x10'0000'0000)))
                                    .mirrored(at(0xc000'0000), first(1_GiB))
                                    .mirrored(at(0x14'0000'0000), part(1_GiB, 16_GiB));
};
static_assert(Board<IcicleKit>);

}  // namespace wirewrap::boards::riscv
