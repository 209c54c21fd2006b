// QEMU's board for CRIS.
#pragma once

#include <wirewrap/board/board_list.hpp>

#include <boards/cris/axis_dev88.hpp>

namespace wirewrap::boards::cris {

inline constexpr auto all = board_list<AxisDev88>;

}  // namespace wirewrap::boards::cris
