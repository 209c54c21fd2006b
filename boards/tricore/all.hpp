// QEMU's boards for TriCore, by family in the order of their headers.
#pragma once

#include <wirewrap/board/board_list.hpp>

#include <boards/tricore/tricore.hpp>

namespace wirewrap::boards::tricore {

inline constexpr auto all = board_list<KitAurixTc277, Testboard>;

}  // namespace wirewrap::boards::tricore
