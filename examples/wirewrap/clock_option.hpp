// The guest's time on the command line of `run`: what -icount and -rtc say, taken into the request.
#pragma once

#include <string_view>

#include <wirewrap/base/error.hpp>

#include "examples/wirewrap/commands.hpp"

namespace command {

/// `-icount shift=N[,sleep=off][,align=off]`: the guest's time goes by instructions.
wirewrap::Expected<void> take_instruction_count(std::string_view value, RunRequest& request);
/// `-rtc base=utc[,clock=host]`: the guest's clock on the wall is the host's.
wirewrap::Expected<void> take_wall_clock(std::string_view value, RunRequest& request);

/// What of the request cannot be together with time that goes by instructions.
wirewrap::Expected<void> check_clock(const RunRequest& request);

}  // namespace command
