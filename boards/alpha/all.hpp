// QEMU's board for Alpha.
#pragma once

#include <wirewrap/board/board_list.hpp>

#include <boards/alpha/clipper.hpp>

namespace wirewrap::boards::alpha {

inline constexpr auto all = board_list<Clipper>;

}  // namespace wirewrap::boards::alpha
