// QEMU's board for IBM Z, in all versions, newest first.
#pragma once

#include <wirewrap/board/board_list.hpp>

#include <boards/s390x/ccw_virtio.hpp>

namespace wirewrap::boards::s390x {

inline constexpr auto all = board_list<
    CcwVirtio<7, 2>, CcwVirtio<7, 1>, CcwVirtio<7, 0>, CcwVirtio<6, 2>, CcwVirtio<6, 1>, CcwVirtio<6, 0>,
    CcwVirtio<5, 2>, CcwVirtio<5, 1>, CcwVirtio<5, 0>, CcwVirtio<4, 2>, CcwVirtio<4, 1>, CcwVirtio<4, 0>,
    CcwVirtio<3, 1>, CcwVirtio<3, 0>, CcwVirtio<2, 12>, CcwVirtio<2, 11>, CcwVirtio<2, 10>,
    CcwVirtio<2, 9>, CcwVirtio<2, 8>, CcwVirtio<2, 7>, CcwVirtio<2, 6>, CcwVirtio<2, 5>, CcwVirtio<2, 4>>;

}  // namespace wirewrap::boards::s390x
