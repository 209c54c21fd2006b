// The device's side of a split virtqueue: takes requests out of guest memory and gives them back. A driver is believed nothing:
// whatever it writes into the queue, each request is a list of at most 1024 buffers, or the queue is broken and says how.
//
//     auto chain = queue.take(bus);                              // Expected<optional<Chain>, QueueFault>
//     …
//     queue.give_back(bus, chain->value(), written);
//     if (queue.wants_interrupt(bus)) …
//
//     descriptors  [ address 8 | size 4 | flags 2 | next 2 ] × size
//     available    [ flags 2 | index 2 | head 2 × size | used_event 2 ]      written by the driver
//     used         [ flags 2 | index 2 | (head 4, written 4) × size | available_event 2 ]
//
// The device reaches all of it through the bus that it is handed for one call: dirty tracking, watchpoints and snapshots see
// the same stores as of a hart, and no pointer stays.
//
// Source: VIRTIO 1.2, 2.7 "Split Virtqueues". Little-endian, as guests of a little-endian board have it in legacy devices, too.
#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <expected>
#include <optional>
#include <string_view>

#include <wirewrap/base/address.hpp>
#include <wirewrap/base/device_bus.hpp>
#include <wirewrap/base/endian.hpp>
#include <wirewrap/virtio/chain.hpp>
#include <wirewrap/virtio/features.hpp>

namespace wirewrap::virtio {

/// What a driver did that no queue allows. The device needs a reset then.
enum class QueueFault : std::uint8_t {
    not_memory,        // descriptors or rings are not where memory is, or it cannot be written
    too_many,          // more requests are available than the queue has places
    no_descriptor,     // a head or next is past the last descriptor
    endless,           // a chain has more descriptors than there are: it goes in a circle, or is too long
    bad_indirect,      // an indirect table that is empty, ragged, inside another one, or not negotiated
    read_after_write,  // a buffer to read comes behind one to write
    no_room,           // a request has not the parts that every request to this device has
};
constexpr std::string_view describe(QueueFault fault) {
    constexpr std::array<std::string_view, 7> texts{
        "its rings or descriptors are not in memory that can be read and written",
        "it has more requests than places",
        "a request names a descriptor that is not there",
        "a request goes in a circle, or has too many buffers",
        "an indirect table is empty, ragged, nested, or was not agreed upon",
        "a buffer to read comes behind one to write",
        "a request lacks what every request to this device has, or has too much of it"};
    return texts[static_cast<std::size_t>(fault)];
}

class Queue {
public:
    static constexpr std::uint16_t largest = 1024;  // descriptors; also the longest chain, with indirect ones

    /// Where the driver says that things are, and how many descriptors there are.
    struct Places {
        GuestAddress descriptors{}, available{}, used{};
        std::uint16_t size = 0;
    };

    /// A power of two up to `most`.
    static constexpr bool valid_size(std::uint32_t size, std::uint16_t most) {
        return size != 0 && size <= most && std::has_single_bit(size);
    }
    /// Begins with an empty queue there. `size` is a valid one.
    void start(const Places& places) {
        stop();
        places_ = places;
    }
    void stop() { *this = Queue{}; }
    bool running() const { return places_.size != 0; }
    const Places& places() const { return places_; }

    /// The features that the driver and the device agreed on.
    void agree(std::uint64_t features) { features_ = features; }

    /// The next request, which stays in the ring until `give_back` or `put_back`; nothing when there is none.
    template <DeviceBus Bus>
    std::expected<std::optional<Chain>, QueueFault> take(Bus& bus) {
        if (!running()) return std::nullopt;
        const auto index = half(bus, places_.available, 2);
        if (!index) return std::unexpected(QueueFault::not_memory);
        const auto waiting = static_cast<std::uint16_t>(*index - taken_);
        if (waiting > places_.size) return std::unexpected(QueueFault::too_many);
        if (waiting == 0) return nothing_left(bus);
        const auto head = half(bus, places_.available, 4 + 2ull * (taken_ % places_.size));
        if (!head) return std::unexpected(QueueFault::not_memory);
        if (*head >= places_.size) return std::unexpected(QueueFault::no_descriptor);
        auto chain = follow(bus, *head);
        if (!chain) return std::unexpected(chain.error());
        ++taken_;
        return std::optional(std::move(*chain));
    }
    /// What was taken last was not done, and comes again.
    void put_back() { --taken_; }

    /// Gives a request back, `written` bytes of whose buffers the device has written.
    template <DeviceBus Bus>
    std::expected<void, QueueFault> give_back(Bus& bus, const Chain& chain, std::uint64_t written) {
        std::array<std::byte, 8> element{};
        write_memory<std::uint32_t>(element.data(), chain.head());
        write_memory<std::uint32_t>(
            element.data() + 4, static_cast<std::uint32_t>(std::min<std::uint64_t>(written, 0xffff'ffff)));
        std::array<std::byte, 2> index{};
        write_memory<std::uint16_t>(index.data(), static_cast<std::uint16_t>(given_ + 1));
        if (!bus.write(places_.used + Bytes{4 + 8ull * (given_ % places_.size)}, element) ||
            !bus.write(places_.used + Bytes{2}, index))
            return std::unexpected(QueueFault::not_memory);
        ++given_;
        return {};
    }

    /// Whether the driver wants to hear of what was given back since this was last asked.
    template <DeviceBus Bus>
    bool wants_interrupt(Bus& bus) {
        const std::uint16_t before = told_;
        told_ = given_;
        if (before == given_) return false;
        if ((features_ & feature::event_index) == 0) {
            const auto flags = half(bus, places_.available, 0);
            return !flags || (*flags & no_interrupt) == 0;
        }
        const auto event = half(bus, places_.available, 4 + 2ull * places_.size);
        if (!event) return true;
        return static_cast<std::uint16_t>(given_ - *event - 1) < static_cast<std::uint16_t>(given_ - before);
    }

    template <class Archive>
    void state(Archive& archive) {
        archive.field("descriptors", places_.descriptors.value);
        archive.field("available", places_.available.value);
        archive.field("used", places_.used.value);
        archive.field("size", places_.size, largest);
        archive.field("features", features_);
        archive.field("taken", taken_);
        archive.field("given", given_);
        archive.field("told", told_);
        archive.require(places_.size == 0 || valid_size(places_.size, largest),
                        "a queue has a power of two of descriptors");
    }

private:
    static constexpr std::uint16_t goes_on = 1, to_write = 2, is_table = 4, no_interrupt = 1;
    static constexpr std::uint64_t descriptor_size = 16;

    struct Descriptor {
        GuestAddress address;
        std::uint32_t size;
        std::uint16_t flags, next;
    };

    template <class Bus>
    static std::optional<std::uint16_t> half(Bus& bus, GuestAddress base, std::uint64_t offset) {
        std::array<std::byte, 2> bytes{};
        if (!bus.read(base + Bytes{offset}, bytes)) return std::nullopt;
        return read_memory<std::uint16_t>(bytes.data());
    }
    template <class Bus>
    static std::optional<Descriptor> descriptor(Bus& bus, GuestAddress table, std::uint64_t number) {
        std::array<std::byte, descriptor_size> bytes{};
        if (!bus.read(table + Bytes{descriptor_size * number}, bytes)) return std::nullopt;
        return Descriptor{GuestAddress{read_memory<std::uint64_t>(bytes.data())},
                          read_memory<std::uint32_t>(bytes.data() + 8),
                          read_memory<std::uint16_t>(bytes.data() + 12),
                          read_memory<std::uint16_t>(bytes.data() + 14)};
    }

    /// The ring is empty. With the event index, the driver is told to say when it is not any more; what it added before it
    /// could read that is taken the next time it says something, which it does, for its index passes ours.
    template <class Bus>
    std::expected<std::optional<Chain>, QueueFault> nothing_left(Bus& bus) {
        if ((features_ & feature::event_index) == 0) return std::nullopt;
        std::array<std::byte, 2> event{};
        write_memory<std::uint16_t>(event.data(), taken_);
        if (!bus.write(places_.used + Bytes{4 + 8ull * places_.size}, event))
            return std::unexpected(QueueFault::not_memory);
        return std::nullopt;
    }

    template <class Bus>
    std::expected<Chain, QueueFault> follow(Bus& bus, std::uint16_t head) {
        Chain chain(head);
        GuestAddress table = places_.descriptors;
        std::uint64_t entries = places_.size, number = head;
        std::uint64_t left = entries;  // of the table, before the chain has to have an end
        for (bool inside = false;;) {
            const auto one = descriptor(bus, table, number);
            if (!one) return std::unexpected(QueueFault::not_memory);
            if ((one->flags & is_table) != 0) {
                if (inside || (one->flags & goes_on) != 0 || one->size == 0 ||
                    one->size % descriptor_size != 0 || (features_ & feature::indirect_descriptors) == 0)
                    return std::unexpected(QueueFault::bad_indirect);
                inside = true;
                table = one->address;
                entries = left = one->size / descriptor_size;
                number = 0;
                continue;
            }
            if (left-- == 0 || chain.buffers() == largest) return std::unexpected(QueueFault::endless);
            if (!chain.add({one->address, one->size}, (one->flags & to_write) != 0))
                return std::unexpected(QueueFault::read_after_write);
            if ((one->flags & goes_on) == 0) return chain;
            number = one->next;
            if (number >= entries) return std::unexpected(QueueFault::no_descriptor);
        }
    }

    Places places_;
    std::uint64_t features_ = 0;
    std::uint16_t taken_ = 0;  // requests, all counted modulo 2^16
    std::uint16_t given_ = 0;  // back
    std::uint16_t told_ = 0;   // `given_` when the driver was last told
};

}  // namespace wirewrap::virtio
