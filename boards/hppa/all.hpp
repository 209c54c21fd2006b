// QEMU's boards for HP PA-RISC.
#pragma once

#include <wirewrap/board/board_list.hpp>

#include <boards/hppa/workstations.hpp>

namespace wirewrap::boards::hppa {

inline constexpr auto all = board_list<Hppa, Hp715, B160L, C3700, A400>;

}  // namespace wirewrap::boards::hppa
