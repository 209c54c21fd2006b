// Reads what a loader needs of an ELF executable: where it starts and what goes where in guest-physical memory. The file
// is not trusted: every offset and size is checked before it is used, and nothing but the parsed table is returned.
//
//     auto program = parse_elf("fw_jump.elf", bytes, {.machine = ElfMachine::riscv, .bits = 64});
//     // program->entry == 0x80000000, program->segments[0].memory == [0x80000000, 0x80045ac8)
//
//     file     [ELF header]…[program headers]…[####### contents #######]……
//     memory                       memory.base [####### contents #######|000 zeros 000] memory end
//
// Source: System V ABI, generic part (gABI 4.1), chapters 4 "ELF Header" and 5 "Program Header".
#pragma once

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include <wirewrap/base/address.hpp>
#include <wirewrap/base/bytes.hpp>
#include <wirewrap/base/error.hpp>
#include <wirewrap/base/interval.hpp>
#include <wirewrap/loader/elf_format.hpp>
#include <wirewrap/loader/elf_headers.hpp>
#include <wirewrap/loader/elf_relocations.hpp>

namespace wirewrap {

/// One piece of a program: `contents` go to the start of `memory`, zeros to the rest of it.
struct ElfSegment {
    std::size_t index = 0;  // in the file's table of program headers
    Interval memory;
    std::span<const std::byte> contents;
    Bytes
        headers{};  // of the contents, at their start: the file's own headers, which a program does not miss
};

/// A checked program. `segments` are sorted by address, not empty, and do not overlap; `contents` point into the bytes
/// that were parsed. `entry` is guest-physical and lies in a segment, as do the words of `relocations`.
struct ElfProgram {
    GuestAddress entry;
    std::vector<ElfSegment> segments{};
    bool position_independent = false;  // ET_DYN: it may lie elsewhere, with its relocations applied
    std::vector<ElfRelocation> relocations{};
    unsigned bits = 64;
    std::endian order = std::endian::little;

    /// From its first to its last byte.
    Interval memory() const {
        const Interval first = segments.front().memory, last = segments.back().memory;
        return {first.base, last.base - first.base + last.size};
    }
};

namespace detail {

/// Where execution starts. The entry point is a virtual address: in an executable segment that is loaded elsewhere than it
/// is linked, the same byte there. Otherwise it is taken as it is. Of several segments the last counts, as in QEMU.
inline GuestAddress entry_of(std::uint64_t entry, std::span<const ElfProgramHeader> all) {
    GuestAddress result{entry};
    for (const ElfProgramHeader& header : all)
        if (header.type == segment_load && header.executable &&
            header.virtual_address != header.physical_address && entry >= header.virtual_address &&
            entry - header.virtual_address < header.in_file)
            result = GuestAddress{header.physical_address + (entry - header.virtual_address)};
    return result;
}

/// Segment `index` of the file, with sizes and offsets checked.
inline Expected<ElfSegment> read_segment(std::string_view file, const ElfLayout& layout,
                                         std::span<const std::byte> bytes, std::size_t index,
                                         const ElfProgramHeader& header) {
    const Interval memory{{header.physical_address}, {header.in_memory}};
    if (!inside(header.offset, header.in_file, bytes.size()))
        return fail(file, " is ", Bytes{bytes.size()}, ", but segment ", index, " takes ",
                    Bytes{header.in_file}, " from byte ", header.offset,
                    ": it is truncated or damaged; copy or build it again");
    if (header.in_file > header.in_memory)
        return fail(file, ": segment ", index, " has ", Bytes{header.in_file}, " in the file for ",
                    memory.size, " of memory at ", memory.base, "; build it again");
    if (!memory.empty() && !memory.fits(layout.bits))
        return fail(file, ": segment ", index, " at ", memory.base, " of ", memory.size, " runs past the ",
                    layout.bits, "-bit address space; link it at a lower address");
    return ElfSegment{
        .index = index, .memory = memory, .contents = bytes.subspan(header.offset, header.in_file)};
}

/// Zeros behind the contents of a segment that is loaded elsewhere than it is linked: the program makes them itself, where it
/// is linked. Linkers give them an address for loading all the same, where something else may lie, which is loaded.
inline void give_way(ElfSegment& zeroed, const std::vector<ElfSegment>& all) {
    std::uint64_t& size = zeroed.memory.size.count;
    for (const ElfSegment& other : all) {
        if (&other == &zeroed || !zeroed.memory.overlaps(other.memory)) continue;
        const std::uint64_t distance = other.memory.base.value - zeroed.memory.base.value;
        if (other.memory.base < zeroed.memory.base)
            size = zeroed.contents.size();
        else
            size = std::max<std::uint64_t>(zeroed.contents.size(), std::min(size, distance));
    }
}

inline Expected<void> check_apart(std::string_view file, const std::vector<ElfSegment>& sorted) {
    for (std::size_t i = 1; i < sorted.size(); ++i) {
        const ElfSegment &low = sorted[i - 1], &high = sorted[i];
        if (low.memory.overlaps(high.memory))
            return fail(file, ": segments ", low.index, " ", low.memory, " and ", high.index, " ",
                        high.memory, " overlap; link them apart");
    }
    return {};
}

}  // namespace detail

/// Parses and checks an ELF executable. `file` is what the sentences call it; `bytes` must outlive the result.
/// Errors: truncated or damaged headers, another machine, class or byte order, segments whose contents are not in the
/// file, are larger than their memory, wrap past the address space or overlap, nothing to load, an entry point outside,
/// relocations that are not in the file or not of the program.
inline Expected<ElfProgram> parse_elf(std::string_view file, std::span<const std::byte> bytes,
                                      const ElfTarget& target) {
    using namespace detail;
    const auto identified = read_identification(file, bytes);
    if (!identified) return std::unexpected(identified.error());
    const auto& [layout, fields] = *identified;
    if (auto checked = check_target(file, layout, fields, target); !checked)
        return std::unexpected(checked.error());
    const auto table = find_table(file, layout, fields);
    if (!table) return std::unexpected(table.error());

    std::vector<ElfProgramHeader> headers;
    for (std::size_t index = 0; index != table->second; ++index)
        headers.push_back(read_program_header(layout, fields, table->first + index * layout.program));

    ElfProgram program{.entry = entry_of(fields.word(layout, layout.entry), headers),
                       .position_independent = fields.get<std::uint16_t>(elf_type) == type_shared,
                       .bits = layout.bits,
                       .order = fields.order};
    for (std::size_t index = 0; index != headers.size(); ++index) {
        if (headers[index].type != segment_load) continue;
        auto segment = read_segment(file, layout, bytes, index, headers[index]);
        if (!segment) return std::unexpected(segment.error());
        if (segment->memory.empty()) continue;
        segment->headers = Bytes{leading_headers(layout, fields, headers, headers[index])};
        program.segments.push_back(*segment);
    }
    for (ElfSegment& segment : program.segments) {
        const ElfProgramHeader& header = headers[segment.index];
        if (header.virtual_address != header.physical_address) give_way(segment, program.segments);
    }
    std::erase_if(program.segments, [](const ElfSegment& segment) { return segment.memory.empty(); });
    if (program.segments.empty())
        return fail(file, " has no segment to load among its ", headers.size(),
                    " program headers; link it as an executable");
    std::ranges::sort(program.segments, {}, [](const ElfSegment& s) { return s.memory.base; });
    if (auto apart = check_apart(file, program.segments); !apart) return std::unexpected(apart.error());
    if (std::ranges::none_of(program.segments,
                             [&](const ElfSegment& s) { return s.memory.contains(program.entry); }))
        return fail(file, ": the entry point ", program.entry, " is in none of its ", program.segments.size(),
                    " segments, the first of which is ", program.segments.front().memory,
                    "; link it with an entry symbol");
    if (program.position_independent) {
        auto relocations = relative_relocations(file, target.machine, layout, fields, headers);
        if (!relocations) return std::unexpected(relocations.error());
        program.relocations = std::move(*relocations);
    }
    return program;
}

/// The same program `by` bytes further; modulo the address space, so that a large number moves it down. Errors: it is not
/// position-independent, or would run past the end of the address space.
inline Expected<ElfProgram> moved(std::string_view file, ElfProgram program, std::uint64_t by) {
    if (!program.position_independent)
        return fail(file, " is linked for ", program.memory(),
                    " and cannot lie elsewhere; link it there, or as a position-independent executable");
    for (ElfSegment& segment : program.segments) {
        segment.memory.base = GuestAddress{segment.memory.base.value + by};
        if (!segment.memory.fits(program.bits))
            return fail(file, ": segment ", segment.index, " at ", segment.memory.base, " of ",
                        segment.memory.size, " runs past the ", program.bits,
                        "-bit address space; load it at a lower address");
    }
    program.entry = GuestAddress{program.entry.value + by};
    for (ElfRelocation& relocation : program.relocations) {
        relocation.where = GuestAddress{relocation.where.value + by};
        relocation.value += by;
    }
    return program;
}

}  // namespace wirewrap
