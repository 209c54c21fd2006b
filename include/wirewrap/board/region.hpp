// A memory map's entries in their flat form, without types: what checks, layouts and tables work on. How they are
// written is in entry.hpp.
//
//     constexpr Region uart = device<"uart0", Ns16550a>(at(0x1000'0000), 256_B).region;
//     static_assert(uart.kind == RegionKind::device && uart.range.size == 256_B && uart.registers == 8_B);
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include <wirewrap/base/address.hpp>
#include <wirewrap/base/bus.hpp>
#include <wirewrap/base/bytes.hpp>
#include <wirewrap/base/interval.hpp>
#include <wirewrap/base/register_map.hpp>

namespace wirewrap {

enum class RegionKind : std::uint8_t { ram, rom, device, mirror, bank, reserved };

constexpr std::string_view name_of(RegionKind kind) {
    constexpr std::string_view names[] = {"ram", "rom", "device", "mirror", "bank", "reserved"};
    return names[static_cast<std::size_t>(kind)];
}

/// Stands for main RAM where a number is that of a map entry.
inline constexpr std::size_t main_ram_region = ~std::size_t{0};

/// The address spaces of a machine: memory, and where the architecture has one, that of I/O ports.
inline constexpr std::size_t memory_space = 0, port_space = 1, address_spaces = 2;

/// An output of a device that is a number and not a level: "mapper.page" is {"mapper", "page"}.
struct Control {
    std::string_view device{};
    std::string_view name{};

    constexpr bool used() const { return !device.empty(); }
};

/// What a bus does with an access that is wider than a device takes.
enum class WideAccess : std::uint8_t {
    fault,   // refuses it
    narrow,  // hands on the low part as one access; the rest reads as 0 and is lost on stores
    split,   // makes several accesses of it, at ascending addresses
};

/// A map entry without its type.
struct Region {
    std::string_view name;
    Interval range;
    RegionKind kind{};
    bool overlay = false;                          // wins where it lies over others …
    bool takes_loads = true, takes_stores = true;  // … for loads and fetches, for stores
    bool placed = true;  // false: a block without addresses, seen through mirrors and banks only
    std::uint8_t space = memory_space;

    // Mirrors and banks: of what. A mirror of a device shows its registers.
    std::string_view source{};  // empty: main RAM
    Bytes source_offset{};
    Bytes period{};  // what repeats within the window; 0: nothing does
    std::uint64_t first_page = 0;
    Control selected_by{}, opened_by{}, moved_by{};
    Interval moves_in{};
    bool drops_stores = false;  // read-only memory: stores vanish and do not fault

    // Devices: bytes of registers, widest access in bytes, pins, controls, and whether they keep contents in a block.
    Bytes registers{};
    std::size_t widest = 0;
    std::span<const std::string_view> outputs{};
    std::size_t inputs = 0;
    std::span<const std::string_view> controls{};
    bool keeps_block = false;
    Bytes sector{};  // of a block that is erased before it is written: what is erased at once
    std::span<const DeviceRegister> register_map{};  // registers that the device declares
    bool aligned = false;
    WideAccess wide = WideAccess::fault;
    Bytes bus_width{8};  // what the bus moves at once to this device

    constexpr bool is_block() const { return kind == RegionKind::ram || kind == RegionKind::rom; }
    /// It has memory of its own, under its name.
    constexpr bool has_block() const { return is_block() || keeps_block; }
    constexpr bool shows_main_ram() const { return kind == RegionKind::mirror && source.empty(); }
    /// It may open, close or move while the machine runs.
    constexpr bool changes() const { return opened_by.used() || moved_by.used(); }
    constexpr bool answers(Access kind_of) const {
        return placed && (kind_of == Access::store ? takes_stores : takes_loads);
    }
    /// Every address that it may ever answer.
    constexpr Interval reach() const { return moved_by.used() ? moves_in : range; }
};

}  // namespace wirewrap
