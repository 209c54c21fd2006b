// The relocations of a position-independent program that say "this word is an address of the program itself": all that a
// program without a dynamic linker needs when it comes to lie elsewhere than it was linked.
//
//     PT_DYNAMIC ─> DT_RELA, DT_RELASZ, DT_RELAENT ─> { word at, kind, address } …
//
// A program that applies them itself, as OpenSBI does, finds the same words it would write. Other kinds are left to it.
// Source: gABI 4.1, chapter 5 "Dynamic Section"; the psABI of each machine for the number of its RELATIVE kind.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include <wirewrap/base/address.hpp>
#include <wirewrap/base/bytes.hpp>
#include <wirewrap/base/error.hpp>
#include <wirewrap/loader/elf_format.hpp>

namespace wirewrap {

/// The word at `where` is the address `value`.
struct ElfRelocation {
    GuestAddress where;
    std::uint64_t value = 0;

    friend bool operator==(const ElfRelocation&, const ElfRelocation&) = default;
};

namespace detail {

/// The kind of relocation that adds where the program lies; none for machines whose entries carry no addend, or where nobody
/// builds such programs.
constexpr std::optional<std::uint32_t> relative_kind(ElfMachine machine) {
    switch (machine) {
    case ElfMachine::riscv:
    case ElfMachine::loongarch: return 3;
    case ElfMachine::x86_64: return 8;
    case ElfMachine::s390: return 12;
    case ElfMachine::powerpc:
    case ElfMachine::powerpc64: return 22;
    case ElfMachine::aarch64: return 1027;
    default: return std::nullopt;
    }
}

/// `count` bytes at a virtual address, as an offset in the file; none when no segment's contents hold them.
inline std::optional<std::uint64_t> file_offset(std::span<const ElfProgramHeader> all, std::uint64_t address,
                                                std::uint64_t count) {
    for (const ElfProgramHeader& header : all)
        if (header.type == segment_load && address >= header.virtual_address &&
            inside(address - header.virtual_address, count, header.in_file))
            return header.offset + (address - header.virtual_address);
    return std::nullopt;
}

/// The word at a virtual address, as a physical one; none when no segment's memory holds it.
inline std::optional<GuestAddress> physical(std::span<const ElfProgramHeader> all, std::uint64_t address,
                                            std::uint64_t count) {
    for (const ElfProgramHeader& header : all)
        if (header.type == segment_load && address >= header.virtual_address &&
            inside(address - header.virtual_address, count, header.in_memory))
            return GuestAddress{header.physical_address + (address - header.virtual_address)};
    return std::nullopt;
}

/// Where the table is, by the dynamic section at file offset `from`; empty when it names none.
struct ElfRelocationTable {
    std::uint64_t address = 0, size = 0, entry = 0;
};
inline ElfRelocationTable relocation_table(const ElfLayout& layout, const ElfFields& fields,
                                           std::uint64_t from, std::uint64_t size) {
    constexpr std::uint64_t end = 0, rela = 7, rela_size = 8, rela_entry = 9;
    ElfRelocationTable table;
    for (std::uint64_t at = from; size >= 2 * layout.word; at += 2 * layout.word, size -= 2 * layout.word) {
        const std::uint64_t tag = fields.word(layout, at), value = fields.word(layout, at + layout.word);
        if (tag == end) break;
        if (tag == rela) table.address = value;
        if (tag == rela_size) table.size = value;
        if (tag == rela_entry) table.entry = value;
    }
    return table;
}

/// The relative relocations of a file whose segments have been checked. Errors: a dynamic section or a table that is not in
/// the file, entries of another size, a word outside of the program.
inline Expected<std::vector<ElfRelocation>> relative_relocations(std::string_view file, ElfMachine machine,
                                                                 const ElfLayout& layout,
                                                                 const ElfFields& fields,
                                                                 std::span<const ElfProgramHeader> all) {
    std::vector<ElfRelocation> found;
    const auto relative = relative_kind(machine);
    if (!relative) return found;
    for (const ElfProgramHeader& dynamic : all) {
        if (dynamic.type != segment_dynamic) continue;
        if (!inside(dynamic.offset, dynamic.in_file, fields.bytes.size()))
            return fail(file, " is ", Bytes{fields.bytes.size()}, ", but its dynamic section takes ",
                        Bytes{dynamic.in_file}, " from byte ", dynamic.offset,
                        ": it is truncated or damaged; copy or build it again");
        const ElfRelocationTable table = relocation_table(layout, fields, dynamic.offset, dynamic.in_file);
        if (table.size == 0) continue;
        const std::size_t entry = 3 * layout.word;
        if (table.entry != entry)
            return fail(file, " has relocations of ", Bytes{table.entry}, " each, but those of ELF",
                        layout.bits, " are ", Bytes{entry}, "; build it again");
        const auto from = file_offset(all, table.address, table.size);
        if (!from)
            return fail(file, ": its relocations, ", Bytes{table.size}, " at ", GuestAddress{table.address},
                        ", are in the contents of no segment: it is damaged; copy or build it again");
        for (std::uint64_t done = 0; table.size - done >= entry; done += entry) {
            const std::uint64_t at = *from + done;
            const std::uint64_t info = fields.word(layout, at + layout.word);
            const std::uint64_t kind = info & (layout.bits == 64 ? 0xffff'ffff : 0xff);
            if (kind != *relative) continue;
            const std::uint64_t address = fields.word(layout, at);
            const auto where = physical(all, address, layout.word);
            if (!where)
                return fail(file, ": relocation ", done / entry, " changes a word at ", GuestAddress{address},
                            ", which is in none of its segments; build it again");
            found.push_back({*where, fields.word(layout, at + 2 * layout.word)});
        }
    }
    return found;
}

}  // namespace detail
}  // namespace wirewrap
