// QEMU's boards for Qualcomm's Hexagon.
#pragma once

#include <wirewrap/board/board_list.hpp>

#include <boards/hexagon/virt.hpp>

namespace wirewrap::boards::hexagon {

inline constexpr auto all = board_list<Virt, V66G1024>;

}  // namespace wirewrap::boards::hexagon
