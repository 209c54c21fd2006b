// What devices can do beside having registers: each ability is a concept, satisfied by members that a device may have.
//
// | ability            | members                                                                              |
// |--------------------|--------------------------------------------------------------------------------------|
// | `DrivesPins`       | `static constexpr std::array outputs{…}` of names, `bool output(std::size_t) const`  |
// | `TakesLines`       | `static constexpr std::size_t inputs`, `void input(std::size_t, bool)`               |
// | `KeepsTime`        | `void tick(std::uint64_t)`, `std::uint64_t deadline() const`                         |
// | `KeepsWallClock`   | `void wall_clock(std::uint64_t)`, `std::uint64_t alarm_due() const`                  |
// | `WantsStop`        | `bool wants_stop() const`                                                            |
// | `Resettable`       | `void reset()`                                                                       |
// | `HasControls`      | `static constexpr std::array controls{…}`, `std::uint64_t control(std::size_t) const` |
// | `StoresInBlock`    | `void attach(std::span<std::byte>)`, or with a `std::endian` after it                |
// | `ReadsAsMemory`    | the same, and `bool reads_memory() const`                                            |
// | `MastersBus`       | `bool wants_bus() const`, `void use_bus(Bus&)`, a template: device_bus.hpp           |
// | `ReportsStores`    | the same, and `StoredRange take_stored()`                                            |
// | `DeclaresRegisters` | `static constexpr std::array register_map{…}` of `DeviceRegister`: register_map.hpp      |
// | `Archivable`       | `void state(Archive&)`, a template: archive.hpp                                      |
//
// A member that almost fits is a mistake: device_check.hpp.
#pragma once

#include <bit>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include <wirewrap/base/bytes.hpp>
#include <wirewrap/base/register_map.hpp>

namespace wirewrap {

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
/// registers and when a wire changed one of its lines; if it says true the harts stop behind the instruction that stored.
template <class D>
concept WantsStop = requires(const D& d) {
    { d.wants_stop() } -> std::same_as<bool>;
};

/// Returns to its power-on state.
template <class D>
concept Resettable = requires(D& d) { d.reset(); };

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
/// policies watch blocks ask after whatever may have changed the device: accesses, time, lines, its turn on the bus.
struct StoredRange {
    Bytes offset{};
    Bytes size{};
};
template <class D>
concept ReportsStores = StoresInBlock<D> && requires(D& d) {
    { d.take_stored().offset } -> std::convertible_to<Bytes>;
    { d.take_stored().size } -> std::convertible_to<Bytes>;
};

/// Says what its registers are.
template <class D>
concept DeclaresRegisters = requires { std::span<const DeviceRegister>(D::register_map); };

}  // namespace wirewrap
