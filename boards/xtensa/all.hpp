// QEMU's boards for Xtensa, both byte orders, by family in the order of their headers.
#pragma once

#include <wirewrap/board/board_list.hpp>

#include <boards/xtensa/sim.hpp>
#include <boards/xtensa/xtfpga.hpp>

namespace wirewrap::boards::xtensa {

inline constexpr auto all = board_list<
    Sim, Virt,
    Lx60, Lx200, Ml605, Kc705, Lx60NoMmu, Lx200NoMmu, Ml605NoMmu, Kc705NoMmu,
    Lx60NoMmuBigEndian, Lx200NoMmuBigEndian, Ml605NoMmuBigEndian, Kc705NoMmuBigEndian>;

}  // namespace wirewrap::boards::xtensa
