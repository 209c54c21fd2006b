// What makes a type a device: registers of declared size and widths, and interrupt pins. A device is a plain type with
// no base class; the machine calls it directly.
//
//     struct Doorbell {
//         static constexpr Bytes registers = 4_B;                         // what it decodes
//         static constexpr AccessRule access{.widths = {4}};              // 32-bit accesses only, aligned
//         static constexpr std::array outputs{std::string_view{"irq"}};   // interrupt pins it drives
//         template <AccessWord T> T read(std::uint64_t) { return rung; }
//         template <AccessWord T> void write(std::uint64_t, T value) { rung = value; }
//         bool output(std::size_t) const { return rung != 0; }            // level of pin 0, "irq"
//         std::uint32_t rung = 0;
//     };
//     static_assert(Device<Doorbell>);
//
// What else a device can do is told by members that it may have: abilities.hpp. A type that is nearly a device is refused
// with a sentence for each mistake: device_check.hpp.
#pragma once

#include <wirewrap/base/abilities.hpp>
#include <wirewrap/base/access_rule.hpp>
#include <wirewrap/base/bytes.hpp>
#include <wirewrap/base/device_bus.hpp>
#include <wirewrap/base/device_check.hpp>
#include <wirewrap/base/endian.hpp>
#include <wirewrap/base/said_by.hpp>
#include <wirewrap/base/verdict.hpp>

namespace wirewrap {

/// Registers with declared size and widths. `read` and `write` get the offset of the access in bytes from the start of
/// the registers and are called only with widths that `access` allows, wholly inside `registers`. They may take the bus as
/// a last parameter (device_bus.hpp), and may refuse an access: `Answer<T> read<T>(…)`, `Answer<void> write<T>(…)`.
template <class D>
concept Device = Accepted<typename SaidBy<check::DeviceCheck<D>>::type>;

}  // namespace wirewrap
