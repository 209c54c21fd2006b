// QEMU's boards for ColdFire and 68000 processors, by family in the order of their headers.
#pragma once

#include <wirewrap/board/board_list.hpp>

#include <boards/m68k/mcf.hpp>
#include <boards/m68k/next_cube.hpp>
#include <boards/m68k/q800.hpp>
#include <boards/m68k/virt.hpp>

namespace wirewrap::boards::m68k {

inline constexpr auto all = board_list<
    An5206, Mcf5208Evb,
    NextCube,
    Q800,
    Virt<6, 0>, Virt<6, 1>, Virt<6, 2>, Virt<7, 0>, Virt<7, 1>, Virt<7, 2>,
    Virt<8, 0>, Virt<8, 1>, Virt<8, 2>, Virt<9, 0>, Virt<9, 1>, Virt<9, 2>, Virt<10, 0>, Virt<10, 1>,
    Virt<10, 2>, Virt<11, 0>, Virt<11, 1>>;

}  // namespace wirewrap::boards::m68k
