// QEMU's boards for SuperH, by family in the order of their headers.
#pragma once

#include <wirewrap/board/board_list.hpp>

#include <boards/sh4/sh4.hpp>

namespace wirewrap::boards::sh4 {

inline constexpr auto all = board_list<R2d, Shix>;

}  // namespace wirewrap::boards::sh4
