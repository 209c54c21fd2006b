// QEMU's boards for Nios II, by family in the order of their headers.
#pragma once

#include <wirewrap/board/board_list.hpp>

#include <boards/nios2/nios2.hpp>

namespace wirewrap::boards::nios2 {

inline constexpr auto all = board_list<Ghrd10m50, GenericNoMmu>;

}  // namespace wirewrap::boards::nios2
