// Networks on the command line of `run`, in QEMU's spelling.
//
//     -netdev socket,id=n0,fd=3 -device virtio-net-device,netdev=n0,mac=52:54:00:12:34:57
//     -netdev tap,id=n0,ifname=tap0,script=no,downscript=no -device virtio-net-device,netdev=n0
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include <wirewrap/base/error.hpp>

#include "examples/wirewrap/commands.hpp"

namespace command {

/// What stands behind `-netdev`.
wirewrap::Expected<void> take_netdev(std::string_view value, RunRequest& request);

/// Six bytes as 52:54:00:12:34:56, of one card.
wirewrap::Expected<std::array<std::uint8_t, 6>> mac_address(std::string_view text);

}  // namespace command
