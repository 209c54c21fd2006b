// The device tree of a board.
#pragma once

#include <string>

#include <wirewrap/base/bytes.hpp>
#include <wirewrap/base/error.hpp>
#include <wirewrap/board/description.hpp>

namespace command {

/// As bytes, with what the harts of `run` have. Errors: there is no hart for the board, and so no tree; libfdt's.
wirewrap::Expected<std::string> board_tree(const wirewrap::BoardDescription& board, wirewrap::Bytes ram_size);

}  // namespace command
