// The host's random numbers, for virtio-rng. They are other ones in each run; who wants a run that can be repeated gives the
// device a generator of his own.
#pragma once

#include <cstddef>
#include <span>

#include <wirewrap/backend/os.hpp>
#include <wirewrap/virtio/entropy.hpp>

namespace wirewrap::backend {

class HostEntropy : public virtio::EntropySource {
public:
    bool fill(std::span<std::byte> to) override { return os::random(to).has_value(); }
};

}  // namespace wirewrap::backend
