// Every board of this folder, once: what `wirewrap boards` lists. A new board is a line here.
#pragma once

#include <wirewrap/board/board_list.hpp>

#include <boards/riscv/virt.hpp>

namespace wirewrap::boards {

/// A Boost.Hana tuple of types; see <wirewrap/board/board_list.hpp>.
inline constexpr auto all = board_list<riscv::Virt>;

}  // namespace wirewrap::boards
