// QEMU's board for IBM Z, in all versions, newest first.
#pragma once

#include <wirewrap/board/board_list.hpp>

#include <boards/s390x/ccw_virtio.hpp>

namespace wirewrap::boards::s390x {

inline constexpr auto all = board_list<
    CcwVirtio<11, 1>, CcwVirtio<11, 0>, CcwVirtio<10, 2>, CcwVirtio<10, 1>, CcwVirtio<10, 0>, CcwVirtio<9, 2>,
    CcwVirtio<9, 1>, CcwVirtio<9, 0>, CcwVirtio<8, 2>, CcwVirtio<8, 1>, CcwVirtio<8, 0>,
    CcwVirtio<7, 2>, CcwVirtio<7, 1>, CcwVirtio<7, 0>, CcwVirtio<6, 2>, CcwVirtio<6, 1>, CcwVirtio<6, 0>,
    CcwVirtio<5, 2>, CcwVirtio<5, 1>, CcwVirtio<5, 0>, CcwVirtio<4, 2>, CcwVirtio<4, 1>, CcwVirtio<4, 0>,
    CcwVirtio<3, 1>, CcwVirtio<3, 0>, CcwVirtio<2, 12>, CcwVirtio<2, 11>, CcwVirtio<2, 10>,
    CcwVirtio<2, 9>, CcwVirtio<2, 8>, CcwVirtio<2, 7>, CcwVirtio<2, 6>, CcwVirtio<2, 5>, CcwVirtio<2, 4>,
    CcwVirtioAsOf<qemu_release(7, 2), 7, 2>, CcwVirtioAsOf<qemu_release(7, 2), 7, 1>,
    CcwVirtioAsOf<qemu_release(7, 2), 7, 0>, CcwVirtioAsOf<qemu_release(7, 2), 6, 2>,
    CcwVirtioAsOf<qemu_release(7, 2), 6, 1>, CcwVirtioAsOf<qemu_release(7, 2), 6, 0>,
    CcwVirtioAsOf<qemu_release(7, 2), 5, 2>>;

}  // namespace wirewrap::boards::s390x
