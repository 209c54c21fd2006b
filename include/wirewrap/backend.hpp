// The host's side of virtio devices: image files behind disks, the host's random numbers.
#pragma once

#include <wirewrap/backend/host_entropy.hpp>
#include <wirewrap/backend/image_lock.hpp>
#include <wirewrap/backend/os.hpp>
#include <wirewrap/backend/raw_image.hpp>
