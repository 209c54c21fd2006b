// What a device that masters the bus is given: the address space that it is part of, for DMA, bit-band, virtio.
//
//     struct BitBand {                                       // each word of it is one bit of the RAM at 0x2000'0000
//         static constexpr Bytes registers = 32_KiB;
//         static constexpr AccessRule access{.widths = {4}};
//         template <AccessWord T, class Bus> T read(std::uint64_t offset, Bus& bus) {
//             const auto byte = bus.template load<std::uint8_t>(at(0x2000'0000 + offset / 32));
//             return byte ? *byte >> offset / 4 % 8 & 1 : 0;
//         }
//         …
//     };
//
// The bus is handed over for one call and is not to be kept: devices are copied when a machine is cloned. An access that
// comes back to a device which is still working on one is refused (`FaultReason::refused`).
#pragma once

#include <cstddef>
#include <cstdint>
#include <expected>
#include <span>
#include <type_traits>

#include <wirewrap/base/address.hpp>
#include <wirewrap/base/bus.hpp>
#include <wirewrap/base/endian.hpp>

namespace wirewrap {

/// Loads and stores as of a hart; `read` and `write` copy memory (RAM and, for `read`, ROM) whole or not at all.
template <class Bus>
concept DeviceBus = requires(Bus& bus, GuestAddress a, std::span<std::byte> to,
                             std::span<const std::byte> from) {
    { bus.template load<std::uint32_t>(a) } -> std::same_as<Loaded<std::uint32_t>>;
    { bus.template store<std::uint32_t>(a, std::uint32_t{}) } -> std::same_as<Stored>;
    { bus.read(a, to) } -> std::same_as<Stored>;
    { bus.write(a, from) } -> std::same_as<Stored>;
};

/// What a device answers to an access that it does not take: a bus error of its own.
///
///     template <AccessWord T> Answer<T> read(std::uint64_t offset) { if (offset == 8) return refused; … }
struct Refused {
    friend bool operator==(const Refused&, const Refused&) = default;
};
template <class T>
using Answer = std::expected<T, Refused>;
inline constexpr std::unexpected<Refused> refused_access{Refused{}};

namespace detail {

/// Stands for any machine's bus where a device type is looked at.
struct ProbeBus {
    template <AccessWord T>
    Loaded<T> load(GuestAddress);
    template <AccessWord T>
    Stored store(GuestAddress, T);
    Stored read(GuestAddress, std::span<std::byte>);
    Stored write(GuestAddress, std::span<const std::byte>);
};
static_assert(DeviceBus<ProbeBus>);

template <class Given, class T>
concept ReadAnswer = std::same_as<Given, T> || std::same_as<Given, Answer<T>>;
template <class Given>
concept WriteAnswer = std::same_as<Given, void> || std::same_as<Given, Answer<void>>;

template <class D, class T>
concept ReadsAlone = requires(D& d, std::uint64_t offset) {
    { d.template read<T>(offset) } -> ReadAnswer<T>;
};
template <class D, class T>
concept ReadsWithBus = requires(D& d, std::uint64_t offset, ProbeBus& bus) {
    { d.template read<T>(offset, bus) } -> ReadAnswer<T>;
};
template <class D, class T>
concept WritesAlone = requires(D& d, std::uint64_t offset, T value) {
    { d.template write<T>(offset, value) } -> WriteAnswer;
};
template <class D, class T>
concept WritesWithBus = requires(D& d, std::uint64_t offset, T value, ProbeBus& bus) {
    { d.template write<T>(offset, value, bus) } -> WriteAnswer;
};

/// Gets the bus at accesses of some width.
template <class D>
inline constexpr bool takes_bus =
    []<class... T>(std::type_identity<T>...) {
        return ((ReadsWithBus<D, T> || WritesWithBus<D, T>) || ...);
    }(std::type_identity<std::uint8_t>{}, std::type_identity<std::uint16_t>{},
      std::type_identity<std::uint32_t>{}, std::type_identity<std::uint64_t>{});

}  // namespace detail

/// Has work for the bus that is not an answer to an access: `use_bus(bus)` is called after an access, a tick, a change of a
/// line or an update has left `wants_bus()` true.
template <class D>
concept MastersBus = requires(D& d, const D& c, detail::ProbeBus& bus) {
    { c.wants_bus() } -> std::same_as<bool>;
    d.use_bus(bus);
};

}  // namespace wirewrap
