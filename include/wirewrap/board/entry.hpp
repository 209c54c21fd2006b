// The entries of a memory map, one line each.
//
// | entry                                               | the guest sees                                          |
// |-----------------------------------------------------|---------------------------------------------------------|
// | `ram_block<"sram">(at(a), n)`                       | a RAM block beside main RAM, with the id "sram"         |
// | `rom<"boot">(at(a), n)`                             | a block it can read and fetch from, not write           |
// | `rom<"cart">(nowhere, n)`                           | nothing by itself: mirrors and banks show it            |
// | `device<"uart0", Ns16550a>(at(a), n)`               | the registers of a device                               |
// | `mirror<"low">(main_ram_at(offset, n), at(a))`      | n bytes of main RAM once more                           |
// | `mirror<"low">(block_at("boot", offset, n), at(a))` | n bytes of another block, or of a device's registers    |
// | `bank<"page">("cart", at(a), n)`                    | one n-byte page of a block, chosen at run time          |
// | `reserved<"pci">(at(a), n)`                         | nothing: taken by what is not modelled, an access faults |
// | `overlay(entry)`                                    | the entry wins where it lies over others                |
// | `load_overlay(entry)`                               | … for loads and fetches; stores reach what lies below   |
// | `store_overlay(entry)`                              | … for stores; loads and fetches see what lies below     |
//
// | qualifier                                 | of             | says                                                  |
// |-------------------------------------------|----------------|-------------------------------------------------------|
// | `.repeated(count)`                        | mirror         | shown `count` times, one after the other              |
// | `.repeated()`                             | device         | its registers fill the window again and again         |
// | `.starting_at(page)`                      | bank           | the page after power-on and reset                     |
// | `.selected_by("mapper.page")`             | bank           | the page is a control of a device (device.hpp)        |
// | `.opened_by("mapper.ram_on")`             | overlay        | is there while that control is not 0                  |
// | `.moved_by("bridge.bar0", window(at, n))` | overlay        | begins where that control says, inside the window     |
// | `.ignoring_stores()`                      | rom, its mirrors and banks | a store vanishes where it would fault     |
// | `.narrowed(bus_width)`                    | device         | wider accesses: the low part, the rest is lost        |
// | `.split()`                                | device         | wider accesses: several, at ascending addresses       |
//
// Two entries that share addresses without an overlay are a mistake; the board does not compile. Windows that open and
// move may meet each other and other overlays: then the one that stands first in the map wins. A window that a control
// moves to where it does not fit, or to what is no multiple of 8, is nowhere.
#pragma once

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include <wirewrap/base/device.hpp>
#include <wirewrap/base/text.hpp>
#include <wirewrap/board/placement.hpp>
#include <wirewrap/board/region.hpp>

namespace wirewrap {

/// Which bytes a mirror shows.
struct MirrorSource {
    std::string_view block;  // empty: main RAM
    Bytes offset;
    Bytes size;
    bool main_ram = false;
};
constexpr MirrorSource main_ram_at(Bytes offset, Bytes size) { return {{}, offset, size, true}; }
constexpr MirrorSource block_at(std::string_view block, Bytes offset, Bytes size) {
    return {block, offset, size};
}

/// What stands in a map entry where no device is.
struct NoDevice {};

namespace detail {
/// What a mirror or bank names when it names nothing; no entry can have it.
inline constexpr std::string_view no_name = " ";

constexpr Control control_named(std::string_view text) {
    for (std::size_t dot = 0; dot != text.size(); ++dot)
        if (text[dot] == '.') return {text.substr(0, dot), text.substr(dot + 1)};
    return {text.empty() ? no_name : text, {}};
}
}  // namespace detail

/// One line of a memory map; `D` is the device type or `NoDevice`.
template <FixedText Name, class D>
struct Entry {
    static constexpr auto name = Name;
    using device_type = D;

    Region region;

    static constexpr bool is_device = !std::same_as<D, NoDevice>;

    constexpr Entry repeated(std::uint64_t count) const {
        return with([&](Region& r) {
            r.period = r.range.size;
            // Too many run past the end of the address space, which is told.
            const bool fits = r.period == Bytes{} || count <= ~std::uint64_t{0} / r.period.count;
            r.range.size = Bytes{fits ? r.period.count * count : ~std::uint64_t{0}};
        });
    }
    constexpr Entry repeated() const
        requires is_device
    {
        return with([&](Region& r) { r.period = r.registers; });
    }
    constexpr Entry starting_at(std::uint64_t page) const {
        return with([&](Region& r) { r.first_page = page; });
    }
    constexpr Entry selected_by(std::string_view control) const {
        return with([&](Region& r) { r.selected_by = detail::control_named(control); });
    }
    constexpr Entry opened_by(std::string_view control) const {
        return with([&](Region& r) { r.opened_by = detail::control_named(control); });
    }
    constexpr Entry moved_by(std::string_view control, Interval inside) const {
        return with([&](Region& r) {
            r.moved_by = detail::control_named(control);
            r.moves_in = inside;
        });
    }
    constexpr Entry ignoring_stores() const {
        return with([&](Region& r) { r.drops_stores = true; });
    }
    constexpr Entry narrowed(Bytes bus_width = Bytes{8}) const
        requires is_device
    {
        return with([&](Region& r) {
            r.wide = WideAccess::narrow;
            r.bus_width = bus_width;
        });
    }
    constexpr Entry split() const
        requires is_device
    {
        return with([&](Region& r) { r.wide = WideAccess::split; });
    }

    template <class Change>
    constexpr Entry with(Change change) const {
        Entry changed = *this;
        change(changed.region);
        return changed;
    }
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
constexpr std::span<const std::string_view> controls_of() {
    if constexpr (HasControls<D>)
        return {D::controls.data(), D::controls.size()};
    else
        return {};
}
template <class D>
constexpr Bytes sector_of() {
    if constexpr (requires { Bytes{D::sector_size}; })
        return Bytes{D::sector_size};
    else
        return {};
}
template <class D>
constexpr std::span<const DeviceRegister> register_map_of() {
    if constexpr (DeclaresRegisters<D>)
        return D::register_map;
    else
        return {};
}
/// The widest access that fits into the registers.
template <class D>
constexpr std::size_t widest_of() {
    std::size_t widest = 0;
    for (const std::size_t width : D::access.widths)
        if (width > widest && Bytes{width} <= Bytes{D::registers}) widest = width;
    return widest;
}

}  // namespace detail

template <FixedText Name>
constexpr Entry<Name, NoDevice> ram_block(GuestAddress base, Bytes size) {
    return {{.name = Name.view(), .range = {base, size}, .kind = RegionKind::ram}};
}
template <FixedText Name>
constexpr Entry<Name, NoDevice> ram_block(placement::Nowhere, Bytes size) {
    return {{.name = Name.view(), .range = {{}, size}, .kind = RegionKind::ram, .placed = false}};
}

template <FixedText Name>
constexpr Entry<Name, NoDevice> rom(GuestAddress base, Bytes size) {
    return {{.name = Name.view(), .range = {base, size}, .kind = RegionKind::rom}};
}
template <FixedText Name>
constexpr Entry<Name, NoDevice> rom(placement::Nowhere, Bytes size) {
    return {{.name = Name.view(), .range = {{}, size}, .kind = RegionKind::rom, .placed = false}};
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
             .controls = detail::controls_of<D>(),
             .keeps_block = StoresInBlock<D>,
             .sector = detail::sector_of<D>(),
             .register_map = detail::register_map_of<D>(),
             .aligned = D::access.aligned}};
}

template <FixedText Name>
constexpr Entry<Name, NoDevice> mirror(MirrorSource source, GuestAddress base) {
    return {{.name = Name.view(),
             .range = {base, source.size},
             .kind = RegionKind::mirror,
             .source = source.block.empty() && !source.main_ram ? detail::no_name : source.block,
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
    return entry.with([](Region& r) { r.overlay = true; });
}
template <FixedText Name, class D>
constexpr Entry<Name, D> load_overlay(Entry<Name, D> entry) {
    return entry.with([](Region& r) { r.overlay = true, r.takes_stores = false; });
}
template <FixedText Name, class D>
constexpr Entry<Name, D> store_overlay(Entry<Name, D> entry) {
    return entry.with([](Region& r) { r.overlay = true, r.takes_loads = false; });
}

}  // namespace wirewrap
