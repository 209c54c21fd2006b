// The front end of a vhost-user device: agrees on features, gives the back end the guest's RAM, and sets up its
// queues. What kind of device it is, a disk for example, is the business of whoever uses it.
//
//     FrontEnd front(Channel(std::move(socket), 5s));
//     front.agree(wanted);                                   // features of virtio and of the protocol
//     front.share(ram);                                      // SET_MEM_TABLE, or ADD_MEM_REG for more than 8 regions
//     front.start_queue(0, layout, kick, call, error);       // SET_VRING_…, in the order that back ends want
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <utility>
#include <vector>

#include <wirewrap/base/address.hpp>
#include <wirewrap/base/error.hpp>
#include <wirewrap/vhost/channel.hpp>
#include <wirewrap/vhost/os.hpp>
#include <wirewrap/vhost/protocol.hpp>
#include <wirewrap/vhost/shared_ram.hpp>
#include <wirewrap/vhost/split_queue.hpp>

namespace wirewrap::vhost {

template <Transport T>
class FrontEnd {
public:
    explicit FrontEnd(Channel<T> channel) : channel_(std::move(channel)) {}

    T& transport() { return channel_.transport(); }
    Channel<T>& channel() { return channel_; }

    /// Takes those of the `wanted` virtio features that the back end offers. Virtio 1.0 and the protocol's features are
    /// required.
    Expected<void> agree(std::uint64_t wanted) {
        const auto offered = channel_.ask(Request::get_features);
        if (!offered) return std::unexpected(offered.error());
        offered_ = *offered;
        if ((offered_ & feature::protocol_features) == 0)
            return fail("the vhost-user back end offers no protocol features (bit 30 of its features), of "
                        "which this ",
                        "front end needs some: use a newer one");
        if ((offered_ & feature::version_1) == 0)
            return fail("the vhost-user back end knows legacy virtio only (bit 32 of its features is "
                        "missing): use one ",
                        "with virtio 1.0");
        const auto protocol = channel_.ask(Request::get_protocol_features);
        if (!protocol) return std::unexpected(protocol.error());
        protocol_ = *protocol & (protocol_feature::reply_ack | protocol_feature::config |
                                 protocol_feature::configure_mem_slots);
        if (auto told = channel_.tell(Request::set_protocol_features, protocol_); !told) return told;
        channel_.acknowledge((protocol_ & protocol_feature::reply_ack) != 0);
        if (auto told = channel_.tell(Request::set_owner); !told) return told;
        features_ = (offered_ & wanted) | feature::protocol_features | feature::version_1;
        return channel_.tell(Request::set_features, features_);
    }

    /// Features that both sides have, after `agree`.
    bool has(std::uint64_t feature) const { return (features_ & feature) != 0; }
    bool offers(std::uint64_t feature) const { return (offered_ & feature) != 0; }

    /// `size` bytes of the device's configuration, from its start. Fails when the back end has none, or less.
    Expected<std::vector<std::byte>> configuration(std::size_t size) {
        if ((protocol_ & protocol_feature::config) == 0)
            return fail("the vhost-user back end does not tell its configuration (protocol feature 9): use "
                        "one that does");
        const ConfigHead head{0, static_cast<std::uint32_t>(size), 0};
        std::vector<std::byte> message(sizeof head + size);
        std::memcpy(message.data(), &head, sizeof head);
        if (auto heard = channel_.ask(Request::get_config, message); !heard)
            return std::unexpected(heard.error());
        return std::vector(message.begin() + sizeof head, message.end());
    }

    /// Gives the back end all of the guest's RAM.
    Expected<void> share(const SharedRam& ram) {
        const auto regions = ram.regions();
        if (regions.size() <= most_table_regions) return share_table(regions);
        if ((protocol_ & protocol_feature::configure_mem_slots) == 0)
            return fail("the guest has RAM in ", regions.size(),
                        " places, and the vhost-user back end takes ", most_table_regions,
                        ": use one with protocol feature 15, or a board with fewer windows");
        const auto slots = channel_.ask(Request::get_max_mem_slots);
        if (!slots) return std::unexpected(slots.error());
        if (*slots < regions.size())
            return fail("the guest has RAM in ", regions.size(),
                        " places, and the vhost-user back end takes ", *slots);
        for (const SharedRegion& region : regions) {
            struct {
                std::uint64_t padding = 0;
                MemoryRegion region;
            } const message{0, region.message()};
            if (auto told = channel_.tell(Request::add_mem_reg, message, {&region.descriptor, 1}); !told)
                return told;
        }
        return {};
    }

    /// Starts a queue from its beginning. The back end signals `call` when it has used buffers, also once right away.
    Expected<void> start_queue(std::uint32_t index, const QueueLayout& layout, std::span<std::byte> memory,
                               const os::Descriptor& kick, const os::Descriptor& call,
                               const os::Descriptor& error) {
        const auto user = [&](Bytes offset) {
            return reinterpret_cast<std::uintptr_t>(memory.data()) + offset.count;
        };
        const VringAddress address{.index = index,
                                   .flags = 0,
                                   .descriptors = user(layout.descriptors()),
                                   .used = user(layout.used()),
                                   .available = user(layout.available()),
                                   .log = 0};
        // KICK starts the queue, so it comes when everything else is there; ENABLE after it.
        Expected<void> told = channel_.tell(Request::set_vring_num, VringState{index, layout.size});
        if (told) told = channel_.tell(Request::set_vring_base, VringState{index, 0});
        if (told) told = channel_.tell(Request::set_vring_addr, address);
        if (told) told = tell_event(Request::set_vring_call, index, call);
        if (told) told = tell_event(Request::set_vring_err, index, error);
        if (told) told = tell_event(Request::set_vring_kick, index, kick);
        if (told) told = channel_.tell(Request::set_vring_enable, VringState{index, 1});
        return told;
    }

    /// The back end lets go of the queue; gives the number of requests that it has taken so far, modulo 2^16.
    Expected<std::uint32_t> stop_queue(std::uint32_t index) {
        if (auto told = channel_.tell(Request::set_vring_enable, VringState{index, 0}); !told)
            return std::unexpected(told.error());
        const auto state = channel_.ask(Request::get_vring_base, VringState{index, 0});
        if (!state) return std::unexpected(state.error());
        return state->number;
    }

private:
    Expected<void> share_table(std::span<const SharedRegion> regions) {
        std::vector<std::byte> message(8 + regions.size() * sizeof(MemoryRegion));
        const std::array<std::uint32_t, 2> head{static_cast<std::uint32_t>(regions.size()), 0};
        std::memcpy(message.data(), head.data(), sizeof head);
        std::vector<int> descriptors;
        for (std::size_t i = 0; i != regions.size(); ++i) {
            const MemoryRegion region = regions[i].message();
            std::memcpy(message.data() + sizeof head + i * sizeof region, &region, sizeof region);
            descriptors.push_back(regions[i].descriptor);
        }
        return channel_.tell(Request::set_mem_table, std::span<const std::byte>(message), descriptors);
    }

    Expected<void> tell_event(Request request, std::uint32_t index, const os::Descriptor& event) {
        const int number = event.number();
        return channel_.tell(request, std::uint64_t{index}, {&number, 1});
    }

    Channel<T> channel_;
    std::uint64_t offered_ = 0, features_ = 0, protocol_ = 0;
};

}  // namespace wirewrap::vhost
