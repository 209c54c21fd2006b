// The registers of virtio-mmio by name, for the files that tools read.
//
// Source: VIRTIO 1.2, 4.2.2 "MMIO Device Register Layout" and 4.2.4 "Legacy interface".
#pragma once

#include <array>

#include <wirewrap/base/register_map.hpp>

namespace wirewrap::virtio {

inline constexpr std::array mmio_registers{
    reg::ro("magic_value", 0x000, 4, "the letters virt"),
    reg::ro("version", 0x004, 4, "1 or 2"),
    reg::ro("device_id", 0x008, 4, "what it is; 0: nothing"),
    reg::ro("vendor_id", 0x00c, 4),
    reg::ro("device_features", 0x010, 4, "the selected word"),
    reg::wo("device_features_sel", 0x014, 4),
    reg::wo("driver_features", 0x020, 4, "the selected word"),
    reg::wo("driver_features_sel", 0x024, 4),
    reg::wo("guest_page_size", 0x028, 4, "version 1"),
    reg::wo("queue_sel", 0x030, 4),
    reg::ro("queue_num_max", 0x034, 4, "0: there is no such queue"),
    reg::wo("queue_num", 0x038, 4),
    reg::wo("queue_align", 0x03c, 4, "version 1"),
    reg::rw("queue_pfn", 0x040, 4, "version 1: its page"),
    reg::rw("queue_ready", 0x044, 4, "version 2"),
    reg::wo("queue_notify", 0x050, 4, "number of the queue"),
    reg::ro("interrupt_status", 0x060, 4, "bit 0: buffers; bit 1: configuration"),
    reg::wo("interrupt_ack", 0x064, 4),
    reg::rw("status", 0x070, 4, "0 resets the device"),
    reg::wo("queue_desc_low", 0x080, 4, "version 2"),
    reg::wo("queue_desc_high", 0x084, 4, "version 2"),
    reg::wo("queue_driver_low", 0x090, 4, "version 2"),
    reg::wo("queue_driver_high", 0x094, 4, "version 2"),
    reg::wo("queue_device_low", 0x0a0, 4, "version 2"),
    reg::wo("queue_device_high", 0x0a4, 4, "version 2"),
    reg::ro("config_generation", 0x0fc, 4, "version 2"),
    reg::rw("config", 0x100, 1, "of the device").repeated(0x100),
};

}  // namespace wirewrap::virtio
