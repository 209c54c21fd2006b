// Every board of this folder, once: what `wirewrap boards` lists. A new board is a word in the list of its architecture,
// a new architecture a line here.
#pragma once

#include <wirewrap/board/board_list.hpp>

#include <boards/riscv/all.hpp>

namespace wirewrap::boards {

/// A Boost.Hana tuple of types; see <wirewrap/board/board_list.hpp>.
inline constexpr auto all = joined_lists(
    riscv::all);

}  // namespace wirewrap::boards
