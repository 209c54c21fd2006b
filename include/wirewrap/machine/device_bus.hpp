// The address space as a device that masters the bus sees it, for one call: base/device_bus.hpp says what it is for.
#pragma once

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <span>
#include <utility>

#include <wirewrap/base/bus.hpp>
#include <wirewrap/board/region.hpp>

namespace wirewrap {

/// A handle: it is as long as the call that it was handed to.
template <class Path>
class BusForDevice {
public:
    static constexpr std::endian byte_order = Path::byte_order;

    explicit BusForDevice(Path& path) : path_(path) {}

    /// As the accesses of a hart, in the board's byte order; policies hear of them.
    template <AccessWord T, std::endian Order = byte_order>
    Loaded<T> load(GuestAddress address) {
        const auto outcome = path_.template read_slow<memory_space, T, Order, Access::load>(address);
        if (outcome.reason == FaultReason::none) return static_cast<T>(outcome.value);
        return std::unexpected(BusFault{address, sizeof(T), Access::load, outcome.reason});
    }
    template <AccessWord T, std::endian Order = byte_order>
    [[nodiscard]] Stored store(GuestAddress address, T value) {
        const FaultReason reason = path_.template store_slow<memory_space, T, Order>(address, value);
        if (reason == FaultReason::none) return {};
        return std::unexpected(BusFault{address, sizeof(T), Access::store, reason});
    }
    /// Bytes out of memory and into memory, all or none; the fault names the first byte that is no memory, or read-only.
    Stored read(GuestAddress address, std::span<std::byte> to) { return path_.copy_out(address, to); }
    [[nodiscard]] Stored write(GuestAddress address, std::span<const std::byte> from) {
        return path_.copy_in(address, from);
    }
    std::uint64_t time() const { return path_.time(); }

private:
    Path& path_;
};

namespace detail {

/// A device that masters the bus holds it until it gives it back, also by an exception.
struct Busy {
    bool& held;
    explicit Busy(bool& now) : held(now) { held = true; }
    Busy(const Busy&) = delete;
    Busy& operator=(const Busy&) = delete;
    ~Busy() { held = false; }
};
/// Of one that does not.
struct NeverBusy {
    [[gnu::always_inline]] explicit NeverBusy(bool&) {}
};

/// Calls `visit.operator()<I>()` for each of so many entries of a map. In a list: clang nests a fold no deeper than 256.
template <std::size_t Count, class Visit>
void each_entry(Visit visit) {
    [&]<std::size_t... I>(std::index_sequence<I...>) {
        (void)std::initializer_list<int> {(visit.template operator()<I>(), 0)... };
    }(std::make_index_sequence<Count>{});
}

}  // namespace detail

}  // namespace wirewrap
