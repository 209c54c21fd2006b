// What can be wrong with windows that repeat, change at run time, or answer in one direction only, and with mirrors, banks
// and ports. Sentences are told as in check.hpp.
//
//     bank<"romx">("cart", at(0x4000), 16_KiB).selected_by("mapper.pgae")
//     // console: bank romx [0x4000, 0x8000) follows mapper.pgae, but device mapper has no control pgae; it has page
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include <wirewrap/base/text.hpp>
#include <wirewrap/board/entry.hpp>
#include <wirewrap/board/mistakes.hpp>
#include <wirewrap/board/name_index.hpp>
#include <wirewrap/board/ram.hpp>
#include <wirewrap/board/region.hpp>

namespace wirewrap::check {

/// Both ends of a control: the entry that follows it and the device that has it.
constexpr void control(Mistakes& mistakes, const Subject& subject, const NameIndex& index,
                       const Region& region, const Control& control) {
    if (!control.used()) return;
    if (control.device == detail::no_name) {
        tell(mistakes, subject, called(region), " follows a control without a name; write device.control");
        return;
    }
    const std::size_t source = index.find(control.device);
    if (source == NameIndex::none || subject.regions[source].kind != RegionKind::device) {
        tell(mistakes, subject, called(region), " follows ", control.device, ".", control.name,
             ", but the map has no device ", control.device, "; name one that it has");
        return;
    }
    const auto controls = subject.regions[source].controls;
    for (const std::string_view name : controls)
        if (name == control.name) return;
    if (controls.empty())
        tell(mistakes, subject, called(region), " follows ", control.device, ".", control.name,
             ", but device ", control.device, " has no controls; see HasControls in base/device.hpp");
    else
        tell(mistakes, subject, called(region), " follows ", control.device, ".", control.name,
             ", but device ", control.device, " has no control ", control.name, "; it has ",
             listing(controls.size(), [&](std::size_t i) { return controls[i]; }, " and "));
}

/// Qualifiers that an entry of this kind cannot have.
constexpr void qualifiers(Mistakes& mistakes, const Subject& subject, const NameIndex& index,
                          const Region& region) {
    if (!region.placed) {
        bool shown = false;
        for (const Region& other : subject.regions) shown = shown || other.source == region.name;
        if (!shown)
            tell(mistakes, subject, called(region),
                 " has no addresses, and no mirror or bank shows it; place or show it");
    }
    if (!region.placed && (region.overlay || region.changes()))
        tell(mistakes, subject, called(region),
             " has no addresses, so nothing can lie over or move it; place it");
    if (region.changes() && !region.overlay)
        tell(mistakes, subject, called(region),
             " opens or moves at run time, so it may come to lie over others; write overlay(...) around it");
    if (region.kind != RegionKind::bank && (region.selected_by.used() || region.first_page != 0))
        tell(mistakes, subject, called(region), " has no pages to choose from; only banks have");
    if (region.kind == RegionKind::device && region.keeps_block && region.period != Bytes{})
        tell(mistakes, subject, called(region),
             " keeps its contents in a block as large as its window, so it cannot repeat; mirror it instead");
    else if (region.kind == RegionKind::device && region.period != Bytes{} &&
             region.period != region.registers)
        tell(mistakes, subject, called(region),
             " repeats a number of times, as a mirror can; write repeated() for registers that fill the "
             "window, or "
             "repeat a mirror of it");
    else if (region.kind != RegionKind::device && region.kind != RegionKind::mirror &&
             region.period != Bytes{})
        tell(mistakes, subject, called(region), " cannot repeat; mirror it, and repeat the mirror");
    if (region.kind == RegionKind::device && region.bus_width != Bytes{1} && region.bus_width != Bytes{2} &&
        region.bus_width != Bytes{4} && region.bus_width != Bytes{8})
        tell(mistakes, subject, called(region), " is narrowed to a bus of ", region.bus_width,
             "; a bus moves 1, 2, 4 or 8 bytes at once");
    if (region.drops_stores) {
        const std::size_t source = region.source.empty() ? NameIndex::none : index.find(region.source);
        const bool read_only = region.kind == RegionKind::rom ||
                               (source != NameIndex::none && subject.regions[source].kind == RegionKind::rom);
        if (!read_only)
            tell(mistakes, subject, called(region),
                 " is no read-only memory, whose stores could be ignored; take ignoring_stores() away");
    }
}

constexpr void moving(Mistakes& mistakes, const Subject& subject, const Region& region) {
    if (!region.moved_by.used()) return;
    const unsigned bits = region.space == port_space ? subject.port_bits : subject.address_bits;
    if (region.moves_in.wraps() || !region.moves_in.fits(bits))
        tell(mistakes, subject, called(region), " moves in ", region.moves_in, ", which does not fit into ",
             bits, " address bits; let it move in less");
    else if (region.moves_in.size < region.range.size)
        tell(mistakes, subject, called(region), " moves in ", region.moves_in,
             ", which is smaller than it is; give it ", region.range.size, " or more");
}

/// What mirrors and banks show. Mirrors of main RAM depend on its size and are looked at with it.
constexpr void sources(Mistakes& mistakes, const Subject& subject, const NameIndex& index,
                       const Region& region) {
    if (region.source_offset % memory_unit != Bytes{}) {
        const std::string_view source = region.source.empty() ? subject.ram_id : region.source;
        tell(mistakes, subject, called(region), " shows ", source, " from offset ",
             GuestAddress{region.source_offset.count}, ", which is no multiple of ", memory_unit,
             "; show it from a multiple on");
    }
    const bool mirrors = region.kind == RegionKind::mirror, banks = region.kind == RegionKind::bank;
    if ((!mirrors && !banks) || region.shows_main_ram()) return;
    if (region.source.empty() || region.source == detail::no_name) {
        tell(mistakes, subject, called(region), " names no block; name a ram or rom entry of the map");
        return;
    }
    const std::size_t number = index.find(region.source);
    const bool shown = number != NameIndex::none &&
                       (subject.regions[number].is_block() ||
                        (mirrors && subject.regions[number].kind == RegionKind::device));
    if (!shown) {
        tell(mistakes, subject, called(region), " shows ", region.source, ", which is no ram or rom entry",
             mirrors ? " and no device" : "", " of the map; name one that is");
        return;
    }
    const Region& source = subject.regions[number];
    const Bytes size = source.range.size;
    const Bytes once = region.period != Bytes{} ? region.period : region.range.size;
    if (mirrors && (region.source_offset > size || once > size - region.source_offset))
        tell(mistakes, subject, called(region), " shows ", once, " from offset ",
             GuestAddress{region.source_offset.count}, " of ", region.source, ", which has ", size,
             "; show less of it");
    if (banks && !region.range.empty()) {
        if (size % region.range.size != Bytes{})
            tell(mistakes, subject, called(region), " divides ", region.source, " of ", size,
                 " into pages of ", region.range.size, ", which leaves a rest of ", size % region.range.size,
                 "; choose a page size that divides it");
        else if (region.first_page >= size / region.range.size)
            tell(mistakes, subject, called(region), " starts at page ", region.first_page, ", but ",
                 region.source, " has pages 0 to ", size / region.range.size - 1);
    }
}

/// Ports have devices behind them, never memory.
constexpr void ports(Mistakes& mistakes, const Subject& subject, const NameIndex& index,
                     const Region& region) {
    if (region.space != port_space || region.kind == RegionKind::device ||
        region.kind == RegionKind::reserved)
        return;
    if (region.kind == RegionKind::mirror && !region.source.empty()) {
        const std::size_t source = index.find(region.source);
        if (source == NameIndex::none || subject.regions[source].kind == RegionKind::device) return;
    }
    tell(mistakes, subject, called(region),
         " is memory among the ports; ports have devices only, so move it to the map");
}

constexpr void windows(Mistakes& mistakes, const Subject& subject, const NameIndex& index,
                       const Region& region) {
    qualifiers(mistakes, subject, index, region);
    moving(mistakes, subject, region);
    for (const Control& follows : {region.selected_by, region.opened_by, region.moved_by})
        control(mistakes, subject, index, region, follows);
    sources(mistakes, subject, index, region);
    ports(mistakes, subject, index, region);
}

/// Two entries that share addresses and where neither wins; empty when that is as it should be.
constexpr std::string_view conflict(const Region& a, const Region& b) {
    if (a.space != b.space || a.overlay != b.overlay) return {};
    const bool both_load = a.takes_loads && b.takes_loads, both_store = a.takes_stores && b.takes_stores;
    if (!a.overlay) return "move one of them, or write overlay(...) around the one that shall win there";
    if ((!both_load && !both_store) || a.changes() || b.changes()) return {};
    return "both are overlays, so neither wins there; move one of them";
}

}  // namespace wirewrap::check
