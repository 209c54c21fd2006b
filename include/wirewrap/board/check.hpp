// Everything that can be wrong with a board, found by the compiler and told in sentences. A check appends to a list of
// mistakes, so a board hears of all of them at once.
//
//     struct Twice { … memory_map(rom<"a">(at(0x0), 8_KiB), rom<"b">(at(0x1000), 8_KiB)) … };
//     // twice: rom a [0x0, 0x2000) and rom b [0x1000, 0x3000) share [0x1000, 0x2000); move one of them, or write
//     // overlay(...) around the one that shall win there
//
// What depends on the RAM size is asked again, by the same functions, of a size known only at run time: ram_check.hpp.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <string_view>
#include <vector>

#include <range/v3/algorithm/sort.hpp>

#include <wirewrap/base/text.hpp>
#include <wirewrap/board/region.hpp>
#include <wirewrap/board/wiring.hpp>

namespace wirewrap::check {

/// A board without its types: what the checks look at. Sentences begin with its name.
struct Subject {
    std::string_view board;
    std::string_view ram_id;
    std::span<const Region> regions;
    std::span<const Wire> wires;
    std::size_t harts = 1;
    unsigned address_bits = 64;
};

using Mistakes = std::vector<Text>;

template <class... Parts>
constexpr void tell(Mistakes& mistakes, const Subject& subject, const Parts&... parts) {
    mistakes.push_back(sentence(subject.board, ": ", parts...));
}

constexpr Text called(const Region& region) {
    return sentence(name_of(region.kind), " ", region.name, " ", region.range);
}

constexpr const Region* find(const Subject& subject, std::string_view name) {
    for (const Region& region : subject.regions)
        if (region.name == name) return &region;
    return nullptr;
}

/// hart0, hart1 and so on are the names of the harts; `npos` for any other name.
constexpr std::size_t hart_number(std::string_view name) {
    constexpr std::size_t none = std::string_view::npos;
    if (!name.starts_with("hart") || name.size() == 4 || name.size() > 8) return none;
    std::size_t number = 0;
    for (const char c : name.substr(4)) {
        if (c < '0' || c > '9') return none;
        number = number * 10 + static_cast<std::size_t>(c - '0');
    }
    return number;
}

/// An id travels in streams with an 8-bit length; ids that begin with '/' are object paths there.
constexpr void block_id(Mistakes& mistakes, const Subject& subject, std::string_view what, std::string_view id) {
    if (id.empty())
        tell(mistakes, subject, what, " has an empty id; RAM is named by it in snapshots and streams, so give it one");
    else if (id.front() == '/')
        tell(mistakes, subject, what, " id ", id, " begins with a slash, which is reserved for object paths; take it off");
    else if (id.size() > 255)
        tell(mistakes, subject, what, " id has ", id.size(), " characters; streams hold 255 at most");
}

constexpr void names(Mistakes& mistakes, const Subject& subject) {
    if (subject.board.empty()) tell(mistakes, subject, "the board has an empty name; give it one");
    block_id(mistakes, subject, "main RAM", subject.ram_id);

    std::vector<std::string_view> sorted;
    for (const Region& region : subject.regions) {
        if (region.is_block()) block_id(mistakes, subject, name_of(region.kind), region.name);
        else if (region.name.empty())
            tell(mistakes, subject, called(region), " has an empty name; give it one");
        if (region.name.find('.') != std::string_view::npos && !region.is_block())
            tell(mistakes, subject, called(region), " has a dot in its name, which separates device and pin in wires; take it out");
        if (hart_number(region.name) != std::string_view::npos)
            tell(mistakes, subject, called(region), " has the name of a hart, which is reserved for wires; rename it");
        if (region.is_block() && region.name == subject.ram_id)
            tell(mistakes, subject, called(region), " has the RAM id of main RAM, ", subject.ram_id,
                 "; blocks are told apart by their ids, so rename one of them");
        sorted.push_back(region.name);
    }
    ranges::sort(sorted);
    for (std::size_t i = 1; i < sorted.size(); ++i)
        if (!sorted[i].empty() && sorted[i] == sorted[i - 1] && (i + 1 == sorted.size() || sorted[i + 1] != sorted[i]))
            tell(mistakes, subject, "two map entries are named ", sorted[i], "; rename one of them");
}

/// The bus moves at most 8 bytes at once; memory whose ends are multiples of 8 is never cut by an aligned access.
inline constexpr Bytes memory_unit{8};

constexpr void one_region(Mistakes& mistakes, const Subject& subject, const Region& region) {
    if (region.range.empty()) {
        tell(mistakes, subject, called(region), " has a size of 0 bytes; give it one or take it out");
        return;
    }
    if (region.range.wraps())
        tell(mistakes, subject, called(region), " runs past the end of the address space, 2^64; move or shrink it");
    else if (!region.range.fits(subject.address_bits))
        tell(mistakes, subject, called(region), " does not fit into ", subject.address_bits,
             " address bits, which end at ", GuestAddress{std::uint64_t{1} << subject.address_bits},
             "; move it or widen address_bits");
    if (region.kind == RegionKind::device) {
        if (region.range.size < region.registers)
            tell(mistakes, subject, called(region), " has a window of ", region.range.size, " for ", region.registers,
                 " of registers; make the window at least that large");
        if (region.range.base.value % region.widest != 0)
            tell(mistakes, subject, called(region), " is not aligned to its widest access, ", Bytes{region.widest},
                 "; move it to a multiple of that");
    } else if (region.range.base.value % memory_unit.count != 0 || region.range.size % memory_unit != Bytes{}) {
        tell(mistakes, subject, called(region), " is not aligned: base and size of memory are multiples of ",
             memory_unit, "; move or resize it");
    }
}

/// Mirrors and banks of blocks; mirrors of main RAM depend on its size and are looked at with it.
constexpr void sources(Mistakes& mistakes, const Subject& subject, const Region& region) {
    if ((region.kind != RegionKind::mirror || region.source.empty()) && region.kind != RegionKind::bank) return;
    const Region* source = find(subject, region.source);
    if (source == nullptr || !source->is_block()) {
        tell(mistakes, subject, called(region), " shows ", region.source,
             ", which is no ram or rom entry of the map; name one that is");
        return;
    }
    const Bytes size = source->range.size;
    if (region.kind == RegionKind::mirror &&
        (region.source_offset > size || region.range.size > size - region.source_offset))
        tell(mistakes, subject, called(region), " shows ", region.range.size, " from offset ",
             GuestAddress{region.source_offset.count}, " of ", region.source, ", which has ", size,
             "; show less of it");
    if (region.kind == RegionKind::bank && !region.range.empty() && size % region.range.size != Bytes{})
        tell(mistakes, subject, called(region), " divides ", region.source, " of ", size, " into pages of ",
             region.range.size, ", which leaves a rest of ", size % region.range.size,
             "; choose a page size that divides it");
}

constexpr void overlap(Mistakes& mistakes, const Subject& subject, const Text& a, Interval a_range, const Text& b,
                       Interval b_range) {
    const GuestAddress base = std::max(a_range.base, b_range.base);
    const GuestAddress last = std::min(a_range.last(), b_range.last());
    tell(mistakes, subject, a, " and ", b, " share ", Interval{base, last - base + Bytes{1}},
         "; move one of them, or write overlay(...) around the one that shall win there");
}

/// Sorted by base, an entry can only overlap those that begin before it ends.
constexpr void overlaps(Mistakes& mistakes, const Subject& subject) {
    std::vector<const Region*> sorted;
    for (const Region& region : subject.regions)
        if (!region.range.empty() && !region.range.wraps()) sorted.push_back(&region);
    ranges::sort(sorted, std::less<>{}, [](const Region* r) { return r->range.base; });
    for (std::size_t i = 0; i != sorted.size(); ++i)
        for (std::size_t j = i + 1; j != sorted.size() && sorted[i]->range.contains(sorted[j]->range.base); ++j)
            if (sorted[i]->overlay == sorted[j]->overlay)
                overlap(mistakes, subject, called(*sorted[i]), sorted[i]->range, called(*sorted[j]), sorted[j]->range);
}

constexpr Text called(const Wire& wire) {
    return sentence("wire ", wire.source, ".", wire.pin, " to line ", wire.line, " of ", wire.sink);
}

constexpr bool has_pin(const Region& region, std::string_view pin) {
    for (const std::string_view output : region.outputs)
        if (output == pin) return true;
    return false;
}

constexpr void wire_source(Mistakes& mistakes, const Subject& subject, const Wire& wire) {
    const Region* source = find(subject, wire.source);
    if (source == nullptr || source->kind != RegionKind::device)
        tell(mistakes, subject, called(wire), " comes from nowhere: the map has no device ", wire.source,
             "; name one that it has");
    else if (source->outputs.empty())
        tell(mistakes, subject, called(wire), " comes from nowhere: device ", wire.source, " drives no pins");
    else if (!has_pin(*source, wire.pin))
        tell(mistakes, subject, called(wire), " comes from nowhere: device ", wire.source, " has no pin ", wire.pin,
             "; it has ", listing(source->outputs.size(), [&](std::size_t i) { return source->outputs[i]; }, " and "));
}

constexpr void wire_sink(Mistakes& mistakes, const Subject& subject, const Wire& wire) {
    const std::size_t hart = hart_number(wire.sink);
    if (hart != std::string_view::npos) {
        if (hart >= subject.harts)
            tell(mistakes, subject, called(wire), " goes nowhere: the board has ", subject.harts,
                 subject.harts == 1 ? " hart" : " harts", ", numbered from 0");
        else if (wire.line >= hart_lines)
            tell(mistakes, subject, called(wire), " goes nowhere: a hart has lines 0 to ", hart_lines - 1);
        return;
    }
    const Region* sink = find(subject, wire.sink);
    if (sink == nullptr || sink->kind != RegionKind::device)
        tell(mistakes, subject, called(wire), " goes nowhere: the map has no device ", wire.sink,
             ", and harts are named hart0, hart1 and so on; name one of them");
    else if (sink->inputs == 0)
        tell(mistakes, subject, called(wire), " goes nowhere: device ", wire.sink, " takes no interrupt lines");
    else if (wire.line >= sink->inputs)
        tell(mistakes, subject, called(wire), " goes nowhere: device ", wire.sink, " has lines 0 to ",
             sink->inputs - 1);
}

/// True when `to` can be reached from `from` along the wires, in at most as many steps as there are wires.
constexpr bool reaches(const Subject& subject, std::string_view from, std::string_view to) {
    std::vector<std::string_view> reached{from};
    for (std::size_t i = 0; i != reached.size(); ++i)
        for (const Wire& wire : subject.wires) {
            if (wire.source != reached[i]) continue;
            if (wire.sink == to) return true;
            bool known = false;
            for (const std::string_view name : reached) known = known || name == wire.sink;
            if (!known) reached.push_back(wire.sink);
        }
    return false;
}

constexpr void wires(Mistakes& mistakes, const Subject& subject) {
    for (std::size_t i = 0; i != subject.wires.size(); ++i) {
        const Wire& wire = subject.wires[i];
        wire_source(mistakes, subject, wire);
        wire_sink(mistakes, subject, wire);
        for (const Wire& other : subject.wires.subspan(i + 1))
            if (other.sink == wire.sink && other.line == wire.line)
                tell(mistakes, subject, "line ", wire.line, " of ", wire.sink, " has two drivers, ", wire.source, ".",
                     wire.pin, " and ", other.source, ".", other.pin, "; give each a line of its own");
        if (reaches(subject, wire.sink, wire.source))
            tell(mistakes, subject, called(wire), " closes a loop back to ", wire.source,
                 "; a level would chase itself, so take one wire of the loop out");
    }
}

/// Every mistake that does not depend on the RAM size.
constexpr void board(Mistakes& mistakes, const Subject& subject) {
    names(mistakes, subject);
    for (const Region& region : subject.regions) {
        one_region(mistakes, subject, region);
        sources(mistakes, subject, region);
    }
    overlaps(mistakes, subject);
    wires(mistakes, subject);
}

}  // namespace wirewrap::check
