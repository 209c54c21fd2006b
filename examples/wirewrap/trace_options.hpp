// QEMU's options about its log on the command line of `run`: what they say, taken into the request.
#pragma once

#include <algorithm>
#include <cstddef>
#include <string_view>

#include <wirewrap/base/error.hpp>
#include <wirewrap/base/interval.hpp>

#include "examples/wirewrap/commands.hpp"

namespace command {

/// Calls with each part between commas, up to the first failure.
wirewrap::Expected<void> each_part(std::string_view value, auto call) {
    for (std::size_t at = 0; at <= value.size();) {
        const std::size_t end = std::min(value.find(',', at), value.size());
        if (const auto called = call(value.substr(at, end - at)); !called) return called;
        at = end + 1;
    }
    return {};
}
/// `FIRST..LAST`, `START+SIZE` or `LAST-SIZE`
wirewrap::Expected<wirewrap::Interval> range_of(std::string_view text);

/// `-d in_asm,exec,int,nochain`
wirewrap::Expected<void> take_log_items(std::string_view value, RunRequest& request);
/// `-D FILE`
wirewrap::Expected<void> take_log_file(std::string_view value, RunRequest& request);
/// `-dfilter FIRST..LAST,START+SIZE,LAST-SIZE`
wirewrap::Expected<void> take_log_filter(std::string_view value, RunRequest& request);
/// `-singlestep`
wirewrap::Expected<void> take_single(std::string_view value, RunRequest& request);

}  // namespace command
