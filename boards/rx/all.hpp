// QEMU's boards for Renesas RX, by family in the order of their headers.
#pragma once

#include <wirewrap/board/board_list.hpp>

#include <boards/rx/gdbsim.hpp>

namespace wirewrap::boards::rx {

inline constexpr auto all = board_list<GdbsimR5f562n7, GdbsimR5f562n8>;

}  // namespace wirewrap::boards::rx
