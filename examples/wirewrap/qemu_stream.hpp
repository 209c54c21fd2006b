// Streams of QEMU for `wirewrap ram`.
#pragma once

#include <string>

#include <wirewrap/base/error.hpp>
#include <wirewrap/state/snapshot.hpp>

#include "examples/wirewrap/commands.hpp"

namespace command {

/// By how the file begins; fails for what is neither a stream nor a snapshot, and names what it is where that is known.
wirewrap::Expected<bool> is_qemu_stream(const std::string& path);

/// `wirewrap ram` of a file that is one.
wirewrap::Expected<int> ram_of_stream(const RamRequest& request);

/// Main RAM of a snapshot to `request.qemu_stream`, a file that appears whole or not at all. Errors: QEMU has no such machine;
/// the snapshot holds changes only; the file.
wirewrap::Expected<void> write_qemu_stream(const wirewrap::state::Snapshot& snapshot,
                                           const RamRequest& request);

}  // namespace command
