// Streams of QEMU for `wirewrap ram`.
#pragma once

#include <string>

#include <wirewrap/base/error.hpp>

#include "examples/wirewrap/commands.hpp"

namespace command {

/// By how the file begins; fails for what is neither a stream nor a snapshot, and names what it is where that is known.
wirewrap::Expected<bool> is_qemu_stream(const std::string& path);

/// `wirewrap ram` of a file that is one.
wirewrap::Expected<int> ram_of_stream(const RamRequest& request);

}  // namespace command
