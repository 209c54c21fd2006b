// QEMU's boards for x86-64: PCs in all versions, newest first.
#pragma once

#include <wirewrap/board/board_list.hpp>

#include <boards/x86/bare.hpp>
#include <boards/x86/microvm.hpp>
#include <boards/x86/pc.hpp>

namespace wirewrap::boards::x86 {

inline constexpr auto all = board_list<
    IsaPc, IsaPcAsOf<qemu_release(7, 2)>, MicroVm, None, XRemote,
    PcI440fx<11, 1>, PcI440fx<11, 0>, PcI440fx<10, 2>, PcI440fx<10, 1>, PcI440fx<10, 0>, PcI440fx<9, 2>,
    PcI440fx<9, 1>, PcI440fx<9, 0>, PcI440fx<8, 2>, PcI440fx<8, 1>, PcI440fx<8, 0>,
    PcI440fx<7, 2>, PcI440fx<7, 1>, PcI440fx<7, 0>, PcI440fx<6, 2>, PcI440fx<6, 1>, PcI440fx<6, 0>,
    PcI440fx<5, 2>, PcI440fx<5, 1>, PcI440fx<5, 0>, PcI440fx<4, 2>, PcI440fx<4, 1>, PcI440fx<4, 0>,
    PcI440fx<3, 1>, PcI440fx<3, 0>, PcI440fx<2, 12>, PcI440fx<2, 11>, PcI440fx<2, 10>, PcI440fx<2, 9>,
    PcI440fx<2, 8>, PcI440fx<2, 7>, PcI440fx<2, 6>, PcI440fx<2, 5>, PcI440fx<2, 4>, PcI440fx<2, 3>,
    PcI440fx<2, 2>, PcI440fx<2, 1>, PcI440fx<2, 0>, PcI440fx<1, 7>, PcI440fx<1, 6>, PcI440fx<1, 5>,
    PcI440fx<1, 4>,
    PcQ35<11, 1>, PcQ35<11, 0>, PcQ35<10, 2>, PcQ35<10, 1>, PcQ35<10, 0>, PcQ35<9, 2>, PcQ35<9, 1>, PcQ35<9, 0>,
    PcQ35<8, 2>, PcQ35<8, 1>, PcQ35<8, 0>,
    PcQ35<7, 2>, PcQ35<7, 1>, PcQ35<7, 0>, PcQ35<6, 2>, PcQ35<6, 1>, PcQ35<6, 0>, PcQ35<5, 2>, PcQ35<5, 1>,
    PcQ35<5, 0>, PcQ35<4, 2>, PcQ35<4, 1>, PcQ35<4, 0, 1>, PcQ35<4, 0>, PcQ35<3, 1>, PcQ35<3, 0>,
    PcQ35<2, 12>, PcQ35<2, 11>, PcQ35<2, 10>, PcQ35<2, 9>, PcQ35<2, 8>, PcQ35<2, 7>, PcQ35<2, 6>,
    PcQ35<2, 5>, PcQ35<2, 4>>;

}  // namespace wirewrap::boards::x86
