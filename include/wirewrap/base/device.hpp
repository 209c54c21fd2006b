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
#pragma once

#include <algorithm>
#include <array>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include <wirewrap/base/bytes.hpp>
#include <wirewrap/base/endian.hpp>

namespace wirewrap {

/// Which accesses a device's registers take.
struct AccessRule {
    std::array<std::uint8_t, 4> widths{1, 2, 4, 8};  // bytes; unused places 0
    bool aligned = true;                             // natural alignment required

    constexpr bool allows(std::size_t width) const {
        return std::ranges::any_of(widths, [&](std::size_t w) { return w == width; });
    }
    /// At least one width, and only those that a bus has.
    constexpr bool has_bus_widths() const {
        bool some = false;
        for (const std::uint8_t width : widths) {
            if (width != 0 && width != 1 && width != 2 && width != 4 && width != 8) return false;
            some = some || width != 0;
        }
        return some;
    }
};

namespace detail {
template <class D, class T>
concept TransfersWord = !D::access.allows(sizeof(T)) || requires(D& d, T value, std::uint64_t offset) {
    { d.template read<T>(offset) } -> std::same_as<T>;
    d.template write<T>(offset, value);
};
}  // namespace detail

/// Registers with declared size and widths. `read` and `write` get the offset of the access in bytes from the start of
/// the registers and are called only with widths that `access` allows, wholly inside `registers`.
template <class D>
concept Device =
    requires {
        { D::registers } -> std::convertible_to<Bytes>;
        { D::access } -> std::convertible_to<AccessRule>;
        requires AccessRule { D::access }
        .has_bus_widths();
    } && detail::TransfersWord<D, std::uint8_t> && detail::TransfersWord<D, std::uint16_t> &&
    detail::TransfersWord<D, std::uint32_t> && detail::TransfersWord<D, std::uint64_t>;

/// Drives interrupt pins: `outputs` names them, `output(pin)` is the level now.
template <class D>
concept DrivesPins = requires(const D& d, std::size_t pin) {
    { D::outputs.size() } -> std::convertible_to<std::size_t>;
    { std::string_view(D::outputs[0]) };
    { d.output(pin) } -> std::same_as<bool>;
};

/// Takes interrupt lines 0 … inputs-1: `input(line, level)` sets one.
template <class D>
concept TakesLines = requires(D& d, std::size_t line, bool level) {
    { D::inputs } -> std::convertible_to<std::size_t>;
    d.input(line, level);
};

/// Follows the platform's timer: `tick(now)` gives it the time, `deadline()` is when it next wants it (all ones: never).
template <class D>
concept KeepsTime = requires(D& d, const D& c, std::uint64_t now) {
    d.tick(now);
    { c.deadline() } -> std::same_as<std::uint64_t>;
};

/// Follows the clock on the wall: `wall_clock(now)` gives it nanoseconds since 1970-01-01 00:00 UTC, and `alarm_due()` is
/// when it next wants it (all ones: never).
template <class D>
concept KeepsWallClock = requires(D& d, const D& c, std::uint64_t nanoseconds) {
    d.wall_clock(nanoseconds);
    { c.alarm_due() } -> std::same_as<std::uint64_t>;
};

/// Can end or suspend the run of the whole machine, as a power switch does: `wants_stop()` is asked after each store to its
/// registers, and when it says true the harts stop behind the instruction that stored.
template <class D>
concept WantsStop = requires(const D& d) {
    { d.wants_stop() } -> std::same_as<bool>;
};

/// Returns to its power-on state.
template <class D>
concept Resettable = requires(D& d) { d.reset(); };

}  // namespace wirewrap
