// `-drive if=pflash,…`, `-pflash FILE` and `-device loader,…`: what is in memory before the first instruction.
#pragma once

#include <string_view>

#include <wirewrap/base/error.hpp>

#include "examples/wirewrap/commands.hpp"

namespace command {

wirewrap::Expected<void> take_drive(std::string_view text, RunRequest& request);
wirewrap::Expected<void> take_pflash(std::string_view file, RunRequest& request);
wirewrap::Expected<void> take_device(std::string_view text, RunRequest& request);

}  // namespace command
