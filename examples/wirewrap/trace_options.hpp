// QEMU's options about its log on the command line of `run`: what they say, taken into the request.
#pragma once

#include <string_view>

#include <wirewrap/base/error.hpp>

#include "examples/wirewrap/commands.hpp"

namespace command {

/// `-d in_asm,exec,int,nochain`
wirewrap::Expected<void> take_log_items(std::string_view value, RunRequest& request);
/// `-D FILE`
wirewrap::Expected<void> take_log_file(std::string_view value, RunRequest& request);
/// `-dfilter FIRST..LAST,START+SIZE,LAST-SIZE`
wirewrap::Expected<void> take_log_filter(std::string_view value, RunRequest& request);
/// `-singlestep`
wirewrap::Expected<void> take_single(std::string_view value, RunRequest& request);

}  // namespace command
