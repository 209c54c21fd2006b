// Virtio devices for guests: the queue that they share with a driver, the register window (virtio-mmio), and devices.
#pragma once

#include <wirewrap/virtio/block.hpp>
#include <wirewrap/virtio/block_storage.hpp>
#include <wirewrap/virtio/chain.hpp>
#include <wirewrap/virtio/console.hpp>
#include <wirewrap/virtio/device.hpp>
#include <wirewrap/virtio/entropy.hpp>
#include <wirewrap/virtio/features.hpp>
#include <wirewrap/virtio/link.hpp>
#include <wirewrap/virtio/mmio.hpp>
#include <wirewrap/virtio/mmio_registers.hpp>
#include <wirewrap/virtio/net.hpp>
#include <wirewrap/virtio/queue.hpp>
#include <wirewrap/virtio/slot.hpp>
