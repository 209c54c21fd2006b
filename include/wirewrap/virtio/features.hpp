// The numbers of Virtio that devices and transports share: feature bits, status bits, device ids.
//
// Source: Virtual I/O Device (VIRTIO) 1.2, 2.1 "Device Status Field", 2.2 "Feature Bits", 5 "Device Types", 6 "Reserved
// Feature Bits"; "legacy" is 0.9.5, described in the same text.
#pragma once

#include <cstdint>

#include <wirewrap/base/language.hpp>

namespace wirewrap::virtio {

/// What a device is, for its driver.
enum class DeviceId : std::uint32_t { none = 0, network = 1, block = 2, console = 3, entropy = 4 };

namespace feature {
inline constexpr std::uint64_t indirect_descriptors = std::uint64_t{1} << 28;
inline constexpr std::uint64_t event_index = std::uint64_t{1} << 29;
inline constexpr std::uint64_t version_1 = std::uint64_t{1} << 32;
}  // namespace feature

namespace status_bit {
inline constexpr std::uint32_t acknowledge = 1, driver = 2, driver_ok = 4, features_ok = 8,
                               needs_reset = 0x40, failed = 0x80;
}  // namespace status_bit

}  // namespace wirewrap::virtio
