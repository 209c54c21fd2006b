// A source of random bytes: virtio-rng. Drivers give it buffers, and it fills them.
//
//     Entropy entropy;
//     entropy.attach(source);                   // an EntropySource, which outlives the device
//
// Without a source, as in the clone of a machine, buffers stay unanswered until it gets one.
//
// Source: VIRTIO 1.2, 5.4 "Entropy Device".
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

#include <wirewrap/virtio/device.hpp>
#include <wirewrap/virtio/link.hpp>

namespace wirewrap::virtio {

/// Where random bytes come from: the host, or a generator that is the same each time.
class EntropySource {
public:
    EntropySource() = default;
    EntropySource(const EntropySource&) = delete;
    EntropySource& operator=(const EntropySource&) = delete;
    virtual ~EntropySource() = default;

    /// All of `to`, or false.
    virtual bool fill(std::span<std::byte> to) = 0;
};

class Entropy {
public:
    static constexpr std::size_t queues = 1;
    static constexpr std::uint16_t queue_size = 8;

    void attach(EntropySource& source) { source_.to(source); }
    void detach() { source_.cut(); }

    DeviceId id() const { return DeviceId::entropy; }
    std::uint64_t features() const { return 0; }
    void agree(std::uint64_t) {}
    std::uint8_t configuration(std::size_t) const { return 0; }
    void configure(std::size_t, std::uint8_t) {}

    template <DeviceBus Bus>
    Served serve(std::size_t, Queue& queue, Bus& bus) {
        using Written = std::expected<std::optional<std::uint64_t>, QueueFault>;
        return serve_all(queue, bus, [&](const Chain& chain) -> Written {
            if (!source_) return std::nullopt;
            // A device may give less than there is room for, and a guest may offer gigabytes.
            std::array<std::byte, 0x1000> bytes;
            const std::span<std::byte> some(bytes.data(),
                                            std::min<std::uint64_t>(bytes.size(), chain.writable()));
            if (!source_->fill(some)) return std::nullopt;
            if (!chain.write(bus, 0, some)) return std::unexpected(QueueFault::not_memory);
            return some.size();
        });
    }
    void reset() {}

    template <class Archive>
    void state(Archive&) {}

private:
    Link<EntropySource> source_;
};
static_assert(VirtioDevice<Entropy>);

}  // namespace wirewrap::virtio
