// The host's side of virtio devices: image files behind disks, the host's random numbers, networks.
#pragma once

#include <wirewrap/backend/frame_line.hpp>
#include <wirewrap/backend/host_entropy.hpp>
#include <wirewrap/backend/image_lock.hpp>
#include <wirewrap/backend/os.hpp>
#include <wirewrap/backend/raw_image.hpp>
