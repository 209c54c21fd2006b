// The boards of this folder without their types, compiled once for the programs that treat them all alike.
//
//     for (const BoardDescription& board : boards::descriptions()) fmt::print("{}\n", board.name);
#pragma once

#include <span>

#include <wirewrap/board/description.hpp>

namespace wirewrap::boards {

/// In the order of boards/all.hpp.
std::span<const BoardDescription> descriptions();

}  // namespace wirewrap::boards
