// XiangShan's Kunminghu FPGA prototype.
//
//     0x1000 [ boot ROM )   0x8000'0000 [ RAM …
//
// Source: QEMU 11.1, hw/riscv/xiangshan_kmh.c, xiangshan_kmh_memmap.
#pragma once

#include <wirewrap/board.hpp>

namespace wirewrap::boards::riscv {

using namespace wirewrap::literals;

struct XiangshanKunminghu {
    static constexpr auto name = "riscv64/xiangshan-kunminghu";
    static constexpr auto releases = since(11, 1);
    static constexpr auto ram = main_ram("xiangshan.kunminghu.ram", 128_MiB)
                                    .accepts(any)  // measured up to 16 TiB
                                    .placed(at(0x8000'0000));
    static constexpr auto map = memory_map(rom<"xiangshan.kunminghu.rom">(at(0x1000), 60_KiB));
};
static_assert(Board<XiangshanKunminghu>);

}  // namespace wirewrap::boards::riscv
