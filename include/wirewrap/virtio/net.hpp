// A network card: virtio-net with one pair of queues. What the driver sends goes to a line on the host at once; a frame that
// comes from there waits in the line until the driver has a buffer for it.
//
//     Net card;
//     card.attach(line, {0x52, 0x54, 0x00, 0x12, 0x34, 0x56});       // a NetworkLine, which outlives the device
//
//     queue 0   the device fills buffers, each with one frame        [ header 10 or 12 | frame … ]
//     queue 1   the driver sends, one frame each time
//
// The header says what a card could do about checksums and large packets; as nothing of that is offered, it is zeros. With
// version 1.0 it ends in the number of buffers of the frame, which is 1.
// A frame for which the driver's next buffer is too small is lost, as in a network.
//
// Source: VIRTIO 1.2, 5.1 "Network Device".
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

/// The host's end of a network cable: whole Ethernet frames, without preamble and checksum.
class NetworkLine {
public:
    NetworkLine() = default;
    NetworkLine(const NetworkLine&) = delete;
    NetworkLine& operator=(const NetworkLine&) = delete;
    virtual ~NetworkLine() = default;

    /// A line that has no room loses the frame.
    virtual void send(std::span<const std::byte> frame) = 0;
    /// Takes the next frame that came and gives its size; 0 when none has, or it was larger than `to`.
    virtual std::size_t receive(std::span<std::byte> to) = 0;
};

using MacAddress = std::array<std::uint8_t, 6>;

class Net {
public:
    static constexpr std::size_t queues = 2, receive = 0, transmit = 1;
    static constexpr std::uint16_t queue_size = 256;
    /// Two addresses and a type; with a VLAN's tag and 1500 bytes.
    static constexpr std::size_t shortest_frame = 14, longest_frame = 1518;

    void attach(NetworkLine& line, const MacAddress& address) {
        line_.to(line);
        address_ = address;
    }
    void detach() { line_.cut(); }

    DeviceId id() const { return DeviceId::network; }
    std::uint64_t features() const { return has_address | has_status; }
    void agree(std::uint64_t features) { agreed_ = features; }
    std::uint8_t configuration(std::size_t offset) const {
        if (offset < address_.size()) return address_[offset];
        return offset == address_.size() ? 1 : 0;  // the link is up
    }
    void configure(std::size_t, std::uint8_t) {}

    template <DeviceBus Bus>
    Served serve(std::size_t number, Queue& queue, Bus& bus) {
        return serve_all(queue, bus, [&](const Chain& chain) {
            return number == transmit ? send(chain, bus) : fill(chain, bus);
        });
    }
    void reset() { agreed_ = 0; }

    /// Frames since power-on that went and came, and those of either kind that were lost.
    std::uint64_t sent() const { return sent_; }
    std::uint64_t received() const { return received_; }
    std::uint64_t lost() const { return lost_; }

    template <class Archive>
    void state(Archive& archive) {
        MacAddress address = address_;
        archive.field("address", address);
        archive.field("agreed", agreed_);
        archive.field("sent", sent_);
        archive.field("received", received_);
        archive.field("lost", lost_);
        archive.require(address == address_,
                        "the network card that was saved had another address than this one");
    }

private:
    using Written = std::expected<std::optional<std::uint64_t>, QueueFault>;
    static constexpr std::uint64_t has_address = 1 << 5, has_status = 1 << 16;  // VIRTIO_NET_F_MAC, _STATUS
    static constexpr std::size_t longest_header = 12;

    std::size_t header() const { return (agreed_ & feature::version_1) != 0 ? longest_header : 10; }

    template <class Bus>
    Written send(const Chain& chain, Bus& bus) {
        if (chain.readable() < header()) return std::unexpected(QueueFault::no_room);
        const std::uint64_t size = chain.readable() - header();
        std::array<std::byte, longest_frame> bytes;
        if (size < shortest_frame || size > longest_frame || !line_) {
            ++lost_;
            return 0;
        }
        const std::span<std::byte> frame(bytes.data(), static_cast<std::size_t>(size));
        if (!chain.read(bus, header(), frame)) return std::unexpected(QueueFault::not_memory);
        line_->send(frame);
        ++sent_;
        return 0;
    }
    template <class Bus>
    Written fill(const Chain& chain, Bus& bus) {
        if (!line_) return std::nullopt;
        std::array<std::byte, longest_header + longest_frame> bytes{};
        const std::size_t begin = header();
        if (begin == longest_header) bytes[10] = std::byte{1};  // buffers of this frame
        const std::size_t size = line_->receive(std::span(bytes).subspan(begin, longest_frame));
        if (size == 0) return std::nullopt;
        const std::span<const std::byte> all(bytes.data(), begin + size);
        if (chain.writable() < all.size()) {
            ++lost_;
            return std::nullopt;  // the buffer stays for a smaller one
        }
        if (!chain.write(bus, 0, all)) return std::unexpected(QueueFault::not_memory);
        ++received_;
        return all.size();
    }

    Link<NetworkLine> line_;
    MacAddress address_{};
    std::uint64_t agreed_ = 0;
    std::uint64_t sent_ = 0, received_ = 0, lost_ = 0;
};
static_assert(VirtioDevice<Net>);

}  // namespace wirewrap::virtio
