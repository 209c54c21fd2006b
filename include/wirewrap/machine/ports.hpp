// The I/O ports of a machine whose architecture has a second address space, such as x86.
//
//     machine.ports().store<std::uint8_t>(at(0x3f8), 'x');
#pragma once

#include <bit>

#include <wirewrap/base/bus.hpp>
#include <wirewrap/board/region.hpp>

namespace wirewrap {

/// A handle, good as long as its machine stays where it is.
template <class SystemBus>
class Ports {
public:
    static constexpr std::endian byte_order = SystemBus::byte_order;

    explicit Ports(SystemBus& bus) : bus_(&bus) {}

    template <AccessWord T, std::endian Order = byte_order>
    Loaded<T> load(GuestAddress port) {
        const auto outcome = bus_->template read_slow<port_space, T, Order, Access::load>(port);
        if (outcome.reason == FaultReason::none) return static_cast<T>(outcome.value);
        return std::unexpected(BusFault{port, sizeof(T), Access::load, outcome.reason});
    }
    template <AccessWord T, std::endian Order = byte_order>
    [[nodiscard]] Stored store(GuestAddress port, T value) {
        const FaultReason reason = bus_->template store_slow<port_space, T, Order>(port, value);
        if (reason == FaultReason::none) return {};
        return std::unexpected(BusFault{port, sizeof(T), Access::store, reason});
    }

private:
    SystemBus* bus_;
};

}  // namespace wirewrap
