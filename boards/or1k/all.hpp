// QEMU's boards for OpenRISC 1000, by family in the order of their headers.
#pragma once

#include <wirewrap/board/board_list.hpp>

#include <boards/or1k/or1k.hpp>

namespace wirewrap::boards::or1k {

inline constexpr auto all = board_list<Sim, Virt>;

}  // namespace wirewrap::boards::or1k
