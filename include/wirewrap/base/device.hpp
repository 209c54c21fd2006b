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
#include <bit>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include <wirewrap/base/bytes.hpp>
#include <wirewrap/base/device_bus.hpp>
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
concept TransfersWord = !D::access.allows(sizeof(T)) || ((ReadsAlone<D, T> || ReadsWithBus<D, T>) &&
                                                         (WritesAlone<D, T> || WritesWithBus<D, T>));
}  // namespace detail

/// Registers with declared size and widths. `read` and `write` get the offset of the access in bytes from the start of
/// the registers and are called only with widths that `access` allows, wholly inside `registers`. They may take the bus as
/// a last parameter (device_bus.hpp), and may refuse an access: `Answer<T> read<T>(…)`, `Answer<void> write<T>(…)`.
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

/// Drives windows of the map: `controls` names numbers that entries follow (entry.hpp), `control(n)` is the number now.
template <class D>
concept HasControls = requires(const D& d, std::size_t n) {
    { D::controls.size() } -> std::convertible_to<std::size_t>;
    { std::string_view(D::controls[0]) };
    { d.control(n) } -> std::same_as<std::uint64_t>;
};

/// Keeps its contents in a memory block, such as flash: the machine allocates the block under the name of the map entry, as
/// large as the window, and hands it over before the first access, with the byte order of the bus if it is asked for.
template <class D>
concept StoresInBlock = requires(D& d, std::span<std::byte> block) { d.attach(block); } ||
                        requires(D& d, std::span<std::byte> block) { d.attach(block, std::endian::little); };

/// Is memory part of the time: while `reads_memory()` says true, loads of any width, fetches and views see its block, and
/// stores are the device's as ever. What QEMU calls a ROM device.
template <class D>
concept ReadsAsMemory = StoresInBlock<D> && requires(const D& d) {
    { d.reads_memory() } -> std::same_as<bool>;
};

/// Which bytes of its block a device has stored to since it was last asked, as one range; empty when none. Machines whose
/// policies watch blocks ask after each store to the device's registers.
struct StoredRange {
    Bytes offset{};
    Bytes size{};
};
template <class D>
concept ReportsStores = StoresInBlock<D> && requires(D& d) {
    { d.take_stored().offset } -> std::convertible_to<Bytes>;
    { d.take_stored().size } -> std::convertible_to<Bytes>;
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
