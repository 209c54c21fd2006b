// The entries of a memory map, one line each, and the flat form of an entry that checks and tables work on.
//
// | entry                                              | the guest sees                                          |
// |----------------------------------------------------|---------------------------------------------------------|
// | `ram_block<"sram">(at(a), n)`                      | a RAM block beside main RAM, with the id "sram"         |
// | `rom<"boot">(at(a), n)`                            | a block it can read and fetch from, not write           |
// | `device<"uart0", Ns16550a>(at(a), n)`              | the registers of a device                               |
// | `mirror<"low">(main_ram_at(offset, n), at(a))`     | n bytes of main RAM once more                           |
// | `mirror<"low">(block_at("boot", offset, n), at(a))`| n bytes of another block once more                      |
// | `bank<"page">("flash", at(a), n)`                  | one n-byte page of a block, chosen at run time          |
// | `reserved<"pci">(at(a), n)`                        | nothing: taken by what is not modelled, an access faults |
// | `overlay(entry)`                                   | the entry wins where it lies over others                |
//
// Two entries that share addresses without `overlay` are a mistake; the board does not compile.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include <wirewrap/base/address.hpp>
#include <wirewrap/base/bytes.hpp>
#include <wirewrap/base/device.hpp>
#include <wirewrap/base/interval.hpp>
#include <wirewrap/base/text.hpp>

namespace wirewrap {

enum class RegionKind : std::uint8_t { ram, rom, device, mirror, bank, reserved };

constexpr std::string_view name_of(RegionKind kind) {
    constexpr std::string_view names[] = {"ram", "rom", "device", "mirror", "bank", "reserved"};
    return names[static_cast<std::size_t>(kind)];
}

/// A map entry without its type. `source` and `source_offset` are for mirrors and banks; an empty source is main RAM.
struct Region {
    std::string_view name;
    Interval range;
    RegionKind kind{};
    bool overlay = false;
    std::string_view source{};
    Bytes source_offset{};
    // Devices: bytes of registers, widest access in bytes that fits into them, interrupt pins.
    Bytes registers{};
    std::size_t widest = 0;
    std::span<const std::string_view> outputs{};
    std::size_t inputs = 0;
    bool aligned = true;  // accesses have to be aligned, and so the base

    constexpr bool is_block() const { return kind == RegionKind::ram || kind == RegionKind::rom; }
};

/// Which bytes a mirror shows.
struct MirrorSource {
    std::string_view block;  // empty: main RAM
    Bytes offset;
    Bytes size;
};
constexpr MirrorSource main_ram_at(Bytes offset, Bytes size) { return {{}, offset, size}; }
constexpr MirrorSource block_at(std::string_view block, Bytes offset, Bytes size) {
    return {block, offset, size};
}

/// A device that keeps its contents in a memory block, such as flash: the machine allocates the block under the name of
/// the map entry, as large as the window, and hands it over before the first access.
template <class D>
concept StoresInBlock = requires(D& d, std::span<std::byte> block) { d.attach(block); };

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

/// What stands in a map entry where no device is.
struct NoDevice {};

/// One line of a memory map; `D` is the device type or `NoDevice`.
template <FixedText Name, class D>
struct Entry {
    static constexpr auto name = Name;
    using device_type = D;

    Region region;

    static constexpr bool is_device = Device<D>;
};

namespace detail {

template <class D>
constexpr std::span<const std::string_view> outputs_of() {
    if constexpr (DrivesPins<D>)
        return {D::outputs.data(), D::outputs.size()};
    else
        return {};
}
template <class D>
constexpr std::size_t inputs_of() {
    if constexpr (TakesLines<D>)
        return D::inputs;
    else
        return 0;
}
template <class D>
constexpr std::size_t widest_of() {
    const Bytes registers = D::registers;
    std::size_t widest = 1;
    for (const std::size_t width : D::access.widths)
        if (width > widest && Bytes{width} <= registers) widest = width;
    return widest;
}

}  // namespace detail

template <FixedText Name>
constexpr Entry<Name, NoDevice> ram_block(GuestAddress base, Bytes size) {
    return {{.name = Name.view(), .range = {base, size}, .kind = RegionKind::ram}};
}

template <FixedText Name>
constexpr Entry<Name, NoDevice> rom(GuestAddress base, Bytes size) {
    return {{.name = Name.view(), .range = {base, size}, .kind = RegionKind::rom}};
}

template <FixedText Name, Device D>
constexpr Entry<Name, D> device(GuestAddress base, Bytes size) {
    return {{.name = Name.view(),
             .range = {base, size},
             .kind = RegionKind::device,
             .registers = D::registers,
             .widest = detail::widest_of<D>(),
             .outputs = detail::outputs_of<D>(),
             .inputs = detail::inputs_of<D>(),
             .aligned = D::access.aligned}};
}

template <FixedText Name>
constexpr Entry<Name, NoDevice> mirror(MirrorSource source, GuestAddress base) {
    return {{.name = Name.view(),
             .range = {base, source.size},
             .kind = RegionKind::mirror,
             .source = source.block,
             .source_offset = source.offset}};
}

template <FixedText Name>
constexpr Entry<Name, NoDevice> bank(std::string_view block, GuestAddress base, Bytes page_size) {
    return {{.name = Name.view(), .range = {base, page_size}, .kind = RegionKind::bank, .source = block}};
}

template <FixedText Name>
constexpr Entry<Name, NoDevice> reserved(GuestAddress base, Bytes size) {
    return {{.name = Name.view(), .range = {base, size}, .kind = RegionKind::reserved}};
}

template <FixedText Name, class D>
constexpr Entry<Name, D> overlay(Entry<Name, D> entry) {
    entry.region.overlay = true;
    return entry;
}

}  // namespace wirewrap
