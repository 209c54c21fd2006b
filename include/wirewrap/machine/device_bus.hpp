// The address space as a device that masters the bus sees it, for one call: base/device_bus.hpp says what it is for.
#pragma once

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <span>

#include <wirewrap/base/bus.hpp>

namespace wirewrap {

/// A handle: it is as long as the call that it was handed to.
template <class SystemBus>
class BusForDevice {
public:
    static constexpr std::endian byte_order = SystemBus::byte_order;

    explicit BusForDevice(SystemBus& bus) : bus_(bus) {}

    /// As the accesses of a hart, in the board's byte order; policies hear of them.
    template <AccessWord T, std::endian Order = byte_order>
    Loaded<T> load(GuestAddress address) {
        return bus_.template read<T, Order, Access::load>(address);
    }
    template <AccessWord T, std::endian Order = byte_order>
    [[nodiscard]] Stored store(GuestAddress address, T value) {
        const Stored stored = bus_.template store<T, Order>(address, value);
        if (stored)
            if (const auto piece = bus_.space().span(address, Bytes{sizeof(T)}))
                bus_.reservations().stored(piece.data, sizeof(T));
        return stored;
    }
    /// Bytes out of memory and into memory, all or none; the fault names the first byte that is no memory, or read-only.
    Stored read(GuestAddress address, std::span<std::byte> to) { return bus_.copy_out(address, to); }
    [[nodiscard]] Stored write(GuestAddress address, std::span<const std::byte> from) {
        return bus_.copy_in(address, from);
    }
    std::uint64_t time() const { return bus_.time(); }

private:
    SystemBus& bus_;
};

}  // namespace wirewrap
