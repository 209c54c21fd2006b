// A serial line without wires: virtio-console with one port. What the driver sends goes to a line on the host at once; what is
// typed there waits until the driver has buffers for it.
//
//     Console console;
//     console.attach(line);                     // a ConsoleLine, which outlives the device
//
//     queue 0   the device fills buffers with what was typed
//     queue 1   the driver sends
//
// Source: VIRTIO 1.2, 5.3 "Console Device", without VIRTIO_CONSOLE_F_MULTIPORT.
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

/// The host's end of a console.
class ConsoleLine {
public:
    ConsoleLine() = default;
    ConsoleLine(const ConsoleLine&) = delete;
    ConsoleLine& operator=(const ConsoleLine&) = delete;
    virtual ~ConsoleLine() = default;

    virtual void print(std::span<const std::byte> bytes) = 0;
    /// Takes what was typed out of the line, as much as `to` has room for; gives how many bytes that is.
    virtual std::size_t typed(std::span<std::byte> to) = 0;
};

class Console {
public:
    static constexpr std::size_t queues = 2, receive = 0, transmit = 1;
    static constexpr std::uint16_t queue_size = 128;

    void attach(ConsoleLine& line) { line_.to(line); }
    void detach() { line_.cut(); }

    DeviceId id() const { return DeviceId::console; }
    std::uint64_t features() const { return emergency_write; }
    void agree(std::uint64_t) {}
    std::uint8_t configuration(std::size_t offset) const { return offset == 4 ? 1 : 0; }  // one port
    /// A character that a driver writes without a queue, while it comes up or goes down.
    void configure(std::size_t offset, std::uint8_t byte) {
        const std::array<std::byte, 1> one{static_cast<std::byte>(byte)};
        if (offset == 8 && line_) line_->print(one);
    }

    template <DeviceBus Bus>
    Served serve(std::size_t number, Queue& queue, Bus& bus) {
        return serve_all(queue, bus, [&](const Chain& chain) {
            return number == transmit ? send(chain, bus) : fill(chain, bus);
        });
    }
    void reset() {}

    template <class Archive>
    void state(Archive&) {}

private:
    using Written = std::expected<std::optional<std::uint64_t>, QueueFault>;
    static constexpr std::uint64_t emergency_write = 1 << 2;
    static constexpr std::uint64_t most = 1 << 24;  // in one request, which nothing interrupts

    template <class Bus>
    Written send(const Chain& chain, Bus& bus) {
        if (chain.readable() > most) return std::unexpected(QueueFault::no_room);
        std::array<std::byte, 0x1000> bytes;
        for (std::uint64_t at = 0; at != chain.readable();) {
            const std::span<std::byte> part(bytes.data(),
                                            std::min<std::uint64_t>(bytes.size(), chain.readable() - at));
            if (!chain.read(bus, at, part)) return std::unexpected(QueueFault::not_memory);
            if (line_) line_->print(part);
            at += part.size();
        }
        return 0;
    }
    template <class Bus>
    Written fill(const Chain& chain, Bus& bus) {
        if (!line_) return std::nullopt;
        std::array<std::byte, 0x1000> bytes;
        const std::size_t room = std::min<std::uint64_t>(bytes.size(), chain.writable());
        const std::size_t count = line_->typed(std::span(bytes).first(room));
        if (count == 0) return std::nullopt;
        if (!chain.write(bus, 0, std::span(bytes).first(count)))
            return std::unexpected(QueueFault::not_memory);
        return count;
    }

    Link<ConsoleLine> line_;
};
static_assert(VirtioDevice<Console>);

}  // namespace wirewrap::virtio
