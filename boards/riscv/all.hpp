// QEMU's boards for RISC-V, 32 and 64 bits, by family in the order of their headers.
#pragma once

#include <wirewrap/board/board_list.hpp>

#include <boards/riscv/boston_aia.hpp>
#include <boards/riscv/icicle.hpp>
#include <boards/riscv/k230.hpp>
#include <boards/riscv/microblaze_v.hpp>
#include <boards/riscv/opentitan.hpp>
#include <boards/riscv/shakti_c.hpp>
#include <boards/riscv/sifive.hpp>
#include <boards/riscv/spike.hpp>
#include <boards/riscv/tt_atlantis.hpp>
#include <boards/riscv/virt.hpp>
#include <boards/riscv/virt32.hpp>
#include <boards/riscv/xiangshan.hpp>

namespace wirewrap::boards::riscv {

inline constexpr auto all = board_list<
    BostonAia,
    IcicleKit,
    K230,
    MicroblazeV,
    OpenTitan,
    ShaktiC,
    SifiveE, SifiveU,
    Spike,
    TtAtlantis,
    Virt, Virt32,
    XiangshanKunminghu>;

}  // namespace wirewrap::boards::riscv
