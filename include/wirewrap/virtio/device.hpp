// What makes a type a virtio device that a transport can carry: features, configuration, and what it does with a queue.
//
//     struct Clock {
//         static constexpr std::size_t queues = 1;
//         DeviceId id() const { return DeviceId{17}; }
//         std::uint64_t features() const { return 0; }
//         void agree(std::uint64_t) {}                                    // what the driver took of them
//         std::uint8_t configuration(std::size_t) const { return 0; }     // its byte at an offset
//         void configure(std::size_t, std::uint8_t) {}
//         template <DeviceBus Bus> Served serve(std::size_t queue, Queue&, Bus&);
//         void reset() {}
//     };
//     static_assert(VirtioDevice<Clock>);
#pragma once

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <expected>
#include <optional>

#include <wirewrap/base/device_bus.hpp>
#include <wirewrap/virtio/features.hpp>
#include <wirewrap/virtio/queue.hpp>

namespace wirewrap::virtio {

/// What came of a queue: nothing to say, or what its driver did wrong.
using Served = std::expected<void, QueueFault>;

template <class D>
concept VirtioDevice = std::copyable<D> && requires(D& d, const D& c, std::size_t n, Queue& queue,
                                                    wirewrap::detail::ProbeBus& bus) {
    { D::queues } -> std::convertible_to<std::size_t>;
    { c.id() } -> std::same_as<DeviceId>;
    { c.features() } -> std::same_as<std::uint64_t>;
    d.agree(std::uint64_t{});
    { c.configuration(n) } -> std::same_as<std::uint8_t>;
    d.configure(n, std::uint8_t{});
    { d.serve(n, queue, bus) } -> std::same_as<Served>;
    d.reset();
};

/// Does `work(chain)` for every request of a queue, as long as it gives the number of bytes that it wrote; a request for which
/// it gives nothing stays for later.
template <DeviceBus Bus, class Work>
Served serve_all(Queue& queue, Bus& bus, Work work) {
    for (;;) {
        const auto taken = queue.take(bus);
        if (!taken) return std::unexpected(taken.error());
        if (!*taken) return {};
        const std::expected<std::optional<std::uint64_t>, QueueFault> written = work(**taken);
        if (!written) return std::unexpected(written.error());
        if (!*written) {
            queue.put_back();
            return {};
        }
        if (const auto given = queue.give_back(bus, **taken, **written); !given) return given;
    }
}

}  // namespace wirewrap::virtio
