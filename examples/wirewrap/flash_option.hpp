// `-drive if=pflash,…`, `-pflash FILE` and `-device loader,…`: what is in memory before the first instruction.
#pragma once

#include <string_view>

#include <wirewrap/base/error.hpp>
#include <wirewrap/config/property.hpp>

#include "examples/wirewrap/commands.hpp"

namespace command {

wirewrap::Expected<void> take_drive(std::string_view text, RunRequest& request);
wirewrap::Expected<void> take_pflash(std::string_view file, RunRequest& request);
wirewrap::Expected<void> take_device(std::string_view text, RunRequest& request);

/// What `on`, `off` and their other names say.
wirewrap::Expected<bool> switch_of(const wirewrap::config::Property& property);

}  // namespace command
