// QEMU's board for HP PA-RISC.
#pragma once

#include <wirewrap/board/board_list.hpp>

#include <boards/hppa/b160l.hpp>

namespace wirewrap::boards::hppa {

inline constexpr auto all = board_list<Hppa>;

}  // namespace wirewrap::boards::hppa
