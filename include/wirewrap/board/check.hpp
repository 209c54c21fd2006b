// Everything that can be wrong with a board, found by the compiler and told in sentences.
//
//     struct Twice { … memory_map(rom<"a">(at(0x0), 8_KiB), rom<"b">(at(0x1000), 8_KiB)) … };
//     // twice: rom a [0x0, 0x2000) and rom b [0x1000, 0x3000) share [0x1000, 0x2000); move one of them, or write
//     // overlay(...) around the one that shall win there
//
// Wires have a header of their own, wire_check.hpp. What depends on the RAM size is asked of sizes in types and of sizes
// known only at run time by the same functions: ram_check.hpp.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include <wirewrap/base/sort.hpp>
#include <wirewrap/base/text.hpp>
#include <wirewrap/board/hidden_check.hpp>
#include <wirewrap/board/mistakes.hpp>
#include <wirewrap/board/name_index.hpp>
#include <wirewrap/board/ram.hpp>
#include <wirewrap/board/region.hpp>
#include <wirewrap/board/window_check.hpp>
#include <wirewrap/board/wire_check.hpp>

namespace wirewrap::check {

/// Names travel in device trees, command lines, JSON and compiler output: visible ASCII without quotes and backslash.
constexpr bool is_plain(std::string_view name) {
    for (const char c : name)
        if (c <= ' ' || c > '~' || c == '"' || c == '\'' || c == '`' || c == '\\') return false;
    return true;
}
inline constexpr std::string_view plain_characters =
    "; use letters, digits and punctuation other than quotes, backslash and space";

/// A RAM id travels in streams with an 8-bit length; ids that begin with '/' are object paths there.
constexpr void block_id(Mistakes& mistakes, const Subject& subject, const Text& what, std::string_view id) {
    if (id.empty())
        tell(mistakes, subject, what,
             " has an empty id; RAM is named by it in snapshots and streams, so give it one");
    else if (id.front() == '/')
        tell(mistakes, subject, what, " has the id ", id,
             ", which begins with a slash, reserved for object paths; take it off");
    else if (id.size() > 255)
        tell(mistakes, subject, what, " has an id of ", id.size(), " characters; streams hold 255 at most");
    if (!is_plain(id))
        tell(mistakes, subject, what, " has an id of other than plain characters", plain_characters);
}

constexpr void entry_name(Mistakes& mistakes, const Subject& subject, const Region& region) {
    if (region.is_block()) {
        // Without its name, which may be what is wrong with it.
        block_id(mistakes, subject, sentence(name_of(region.kind), " ", region.range), region.name);
    } else {
        if (region.name.empty()) tell(mistakes, subject, called(region), " has an empty name; give it one");
        // Devices that keep their contents in a block, such as flash, are named by its id, and those often have dots.
        const bool has_pins = region.kind != RegionKind::device || !region.outputs.empty();
        if (has_pins && region.name.find('.') != std::string_view::npos)
            tell(mistakes, subject, called(region),
                 " has a dot in its name, which separates device and pin in wires; take it out");
        if (region.name.starts_with('/'))
            tell(mistakes, subject, called(region),
                 " has a name that begins with a slash, reserved for object paths; take it off");
        if (!is_plain(region.name))
            tell(mistakes, subject, name_of(region.kind), " ", region.range,
                 " has a name of other than plain characters", plain_characters);
    }
    if (subject.cpu_words->cpu(region.name) != CpuWords::none)
        tell(mistakes, subject, called(region), " has the name of a ", subject.cpu_words->name,
             ", which is reserved for wires; rename it");
    if (!region.name.empty() && region.name == subject.ram_id)
        tell(mistakes, subject, called(region), " has the RAM id of main RAM, ", subject.ram_id,
             "; blocks are told apart by their ids, so rename one of them");
}

/// A dot separates them in wires.
constexpr bool is_word(std::string_view text) {
    return !text.empty() && is_plain(text) && text.find('.') == std::string_view::npos;
}

constexpr void cpu_words(Mistakes& mistakes, const Subject& subject) {
    const CpuWords& words = *subject.cpu_words;
    if (&words == &riscv_words) return;
    constexpr std::string_view remedy = "; write one of plain characters, without a dot";
    if (!is_word(words.name)) tell(mistakes, subject, "cpu_words has a name that is no word", remedy);
    for (std::size_t i = 0; i != words.lines().size(); ++i) {
        const std::string_view line = words.lines()[i];
        if (line.empty()) continue;
        if (!is_word(line)) tell(mistakes, subject, "cpu_words has a line ", i, " that is no word", remedy);
        if (const std::size_t first = words.line(line); first != i)
            tell(mistakes, subject, "cpu_words has ", line, " as line ", first, " and line ", i,
                 "; rename one of them");
    }
}

constexpr void names(Mistakes& mistakes, const Subject& subject, const NameIndex& index) {
    if (subject.board.empty()) tell(mistakes, subject, "the board has an empty name; give it one");
    if (!is_plain(subject.board))
        tell(mistakes, subject, "the board has a name of other than plain characters", plain_characters);
    if (!is_plain(subject.alias))
        tell(mistakes, subject, "the board has an alias of other than plain characters", plain_characters);
    block_id(mistakes, subject, Text("main RAM"), subject.ram_id);
    cpu_words(mistakes, subject);
    for (const Region& region : subject.regions) entry_name(mistakes, subject, region);
    index.shared_names([&](const Region& a, const Region& b) {
        if (!a.name.empty())
            tell(mistakes, subject, called(a), " and ", called(b), " have the same name; rename one of them");
    });
}

/// 4 ticks a nanosecond are faster than any platform's timer, and a second of them fits into 64 bits with room to count in
/// nanoseconds.
inline constexpr std::uint64_t fastest_timebase = std::uint64_t{1} << 32;

/// The bounds of what a board says of itself in numbers.
constexpr void numbers(Mistakes& mistakes, const Subject& subject) {
    if (subject.address_bits < 1 || subject.address_bits > 64)
        tell(mistakes, subject, "address_bits is ", subject.address_bits, "; an address has 1 to 64 bits");
    const std::string_view cpu = subject.cpu_words->name;
    if (subject.harts > 10000)
        tell(mistakes, subject, "harts is ", subject.harts, "; a board has 10000 at most, ", cpu, "0 to ",
             cpu, "9999");
    if (subject.harts == 0)
        tell(mistakes, subject, "harts is 0; a board has at least one, ", cpu,
             "0, even where nothing runs on it");
    if (subject.timebase == 0 || subject.timebase > fastest_timebase)
        tell(mistakes, subject, "timebase is ", subject.timebase, "; a timer has 1 to ", fastest_timebase,
             " ticks a second");
}

constexpr void one_region(Mistakes& mistakes, const Subject& subject, const Region& region) {
    const Interval range = region.range;
    if (range.empty()) {
        tell(mistakes, subject, called(region), " has a size of 0 bytes; give it one or take it out");
        return;
    }
    if (range.wraps())
        tell(mistakes, subject, called(region),
             " runs past the end of the address space, 2^64; move or shrink it");
    else if (const unsigned bits = region.space == port_space ? subject.port_bits : subject.address_bits;
             region.placed && !range.fits(bits))
        tell(mistakes, subject, called(region), " does not fit into ", bits, " address bits, which end at ",
             GuestAddress{std::uint64_t{1} << bits}, "; move it or widen ",
             region.space == port_space ? "port_bits" : "address_bits");
    if (region.kind == RegionKind::device) {
        if (range.size < region.registers)
            tell(mistakes, subject, called(region), " has a window of ", range.size, " for ",
                 region.registers, " of registers; make the window at least that large");
        if (region.aligned && region.widest != 0 && range.base.value % region.widest != 0)
            tell(mistakes, subject, called(region), " is not aligned to its widest access, ",
                 Bytes{region.widest}, "; move it to a multiple of that");
    } else if (region.space == memory_space &&
               (range.base.value % memory_unit.count != 0 || range.size % memory_unit != Bytes{})) {
        tell(mistakes, subject, called(region), " is not aligned: base and size of memory are multiples of ",
             memory_unit, "; move or resize it");
    }
}

template <class... Remedy>
constexpr void overlap(Mistakes& mistakes, const Subject& subject, const Text& a, Interval a_range,
                       const Text& b, Interval b_range, const Remedy&... remedy) {
    const GuestAddress base = std::max(a_range.base, b_range.base);
    const GuestAddress last = std::min(a_range.last(), b_range.last());
    tell(mistakes, subject, a, " and ", b, " share ", Interval{base, last - base + Bytes{1}}, "; ",
         remedy...);
}

/// Sorted by base, an entry can only overlap those that begin before it ends.
constexpr void overlaps(Mistakes& mistakes, const Subject& subject) {
    std::vector<const Region*> sorted;
    sorted.reserve(subject.regions.size());
    for (const Region& region : subject.regions)
        if (region.placed && !region.range.empty() && !region.range.wraps()) sorted.push_back(&region);
    wirewrap::detail::sort(sorted.data(), sorted.size(), [](const Region* a, const Region* b) {
        if (a->space != b->space) return a->space < b->space;
        return a->range.base.value < b->range.base.value || (a->range.base == b->range.base && a < b);
    });
    for (std::size_t i = 0; i != sorted.size(); ++i) {
        const Region& a = *sorted[i];
        for (std::size_t j = i + 1; j != sorted.size(); ++j) {
            const Region& b = *sorted[j];
            if (a.space != b.space || !a.range.contains(b.range.base)) break;
            if (const std::string_view remedy = conflict(a, b); !remedy.empty())
                overlap(mistakes, subject, called(a), a.range, called(b), b.range, remedy);
        }
    }
}

/// Their blocks lie one after the other in host memory, each from a page of its own on.
constexpr void block_sizes(Mistakes& mistakes, const Subject& subject) {
    constexpr Bytes page{4096}, most{std::uint64_t{1} << 63};
    Bytes sum{};
    for (const Region& region : subject.regions) {
        if (!region.has_block()) continue;
        if (region.range.size > most - page - sum) {
            tell(mistakes, subject, called(region), " makes the blocks of the map larger than ", most,
                 ", which no host has; shrink it");
            return;
        }
        sum += region.range.size + (page - region.range.size % page) % page;
    }
}

/// Every mistake that does not depend on the RAM size.
constexpr void board(Mistakes& mistakes, const Subject& subject) {
    const NameIndex index(subject.regions);
    names(mistakes, subject, index);
    numbers(mistakes, subject);
    for (const Region& region : subject.regions) {
        one_region(mistakes, subject, region);
        windows(mistakes, subject, index, region);
    }
    block_sizes(mistakes, subject);
    overlaps(mistakes, subject);
    hidden_entries(mistakes, subject);
    wires(mistakes, subject, index);
}

}  // namespace wirewrap::check
