// How much of a segment's start is the file's own headers: linkers put them into the first segment, a page below the code,
// whether or not there is memory. A program does not miss them.
//
//     file      [ELF header][program headers][notes]000000[.text …
//     segment   [<──────────── leading_headers ──────────>[first byte that matters …
//
//     const std::uint64_t headers = detail::leading_headers(layout, fields, all_program_headers, segment);
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include <wirewrap/loader/elf_format.hpp>

namespace wirewrap::detail {

/// The file offset of the first section that is loaded and no note; the size of the file when no section table says one.
inline std::uint64_t first_section(const ElfLayout& layout, const ElfFields& fields) {
    constexpr std::uint32_t note = 7, no_bits = 8;
    constexpr std::uint64_t allocated = 2;
    std::uint64_t first = fields.bytes.size();
    const std::uint64_t table = fields.word(layout, layout.sections);
    const std::uint64_t count = fields.get<std::uint16_t>(layout.section_count);
    if (fields.get<std::uint16_t>(layout.section_entry) != layout.section ||
        !inside(table, count * layout.section, fields.bytes.size()))
        return first;
    for (std::uint64_t i = 0; i != count; ++i) {
        const std::uint64_t section = table + i * layout.section;
        const auto type = fields.get<std::uint32_t>(section + 4);
        if (type == 0 || type == note || type == no_bits) continue;
        if ((fields.word(layout, section + layout.section_flags) & allocated) == 0) continue;
        if (fields.word(layout, section + layout.section_size) == 0) continue;
        first = std::min(first, fields.word(layout, section + layout.section_offset));
    }
    return first;
}

/// How many bytes at the start of `segment` are the ELF header, program headers, notes, and zeros between and after them;
/// 0 for a segment that does not begin with the file's headers.
inline std::uint64_t leading_headers(const ElfLayout& layout, const ElfFields& fields,
                                     std::span<const ElfProgramHeader> all, const ElfProgramHeader& segment) {
    if (segment.offset != 0) return 0;
    struct Range {
        std::uint64_t begin, end;
    };
    const std::uint64_t table = fields.word(layout, layout.table);
    std::vector<Range> ranges{{0, layout.header}, {table, table + all.size() * layout.program}};
    for (const ElfProgramHeader& other : all)
        if (other.type == segment_note && inside(other.offset, other.in_file, fields.bytes.size()))
            ranges.push_back({other.offset, other.offset + other.in_file});
    std::ranges::sort(ranges, {}, &Range::begin);

    const std::uint64_t end = std::min(segment.in_file, first_section(layout, fields));
    std::uint64_t done = 0;
    for (auto range = ranges.begin(); done < end;) {
        if (range != ranges.end() && range->begin <= done)
            done = std::max(done, (range++)->end);
        else if (fields.bytes[done] == std::byte{0})
            ++done;
        else
            break;
    }
    done = std::min(done, end);
    return done;
}

}  // namespace wirewrap::detail
