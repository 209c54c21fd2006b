// Boards by name.
#pragma once

#include <string_view>

#include <wirewrap/base/error.hpp>
#include <wirewrap/board/description.hpp>

namespace command {

/// The board called `name`: target and machine, `riscv64/virt`, where the machine may go by its alias; or the machine
/// alone, `virt`, when no other target has one of that name. The error names the boards that come near.
wirewrap::Expected<const wirewrap::BoardDescription*> find_board(std::string_view name);

}  // namespace command
