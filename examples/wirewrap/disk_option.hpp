// Disks and other virtio devices on the command line of `run`, in QEMU's spelling: `-drive` for what is no flash bank, and
// `-device virtio-…-device`.
//
//     -drive file=disk.img,if=none,id=d,format=raw -device virtio-blk-device,drive=d,bus=virtio-mmio-bus.0
//     -drive file=disk.img,if=virtio,format=raw,snapshot=on
//     -device virtio-rng-device
#pragma once

#include <string_view>

#include <wirewrap/base/error.hpp>
#include <wirewrap/config/property.hpp>

#include "examples/wirewrap/commands.hpp"

namespace command {

/// A drive whose `if` is `virtio` or `none`.
wirewrap::Expected<void> take_disk(const wirewrap::config::Properties& properties, RunRequest& request);

/// A device whose driver begins with `virtio-`.
wirewrap::Expected<void> take_virtio(std::string_view driver, const wirewrap::config::Properties& properties,
                                     RunRequest& request);

/// `-global virtio-mmio.force-legacy=…`.
wirewrap::Expected<void> take_global(std::string_view text, RunRequest& request);

}  // namespace command
