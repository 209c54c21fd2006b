// The fields of an ELF file: which machine, class and byte order it is for, and where its tables are. Offsets and counts are
// checked before they are used, so what reads further does so inside the file.
//
//     const auto identified = detail::read_identification("a.elf", bytes);      // class and byte order
//     const auto& [layout, fields] = *identified;
//     const std::uint64_t entry = fields.word(layout, layout.entry);
//
// Source: System V ABI, generic part (gABI 4.1), chapters 4 "ELF Header" and "Sections", and 5 "Program Header".
#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <utility>

#include <wirewrap/base/bytes.hpp>
#include <wirewrap/base/endian.hpp>
#include <wirewrap/base/error.hpp>

namespace wirewrap {

/// The instruction set of an ELF file, `e_machine`. Values of <elf.h>.
enum class ElfMachine : std::uint16_t {
    sparc = 2,
    x86 = 3,
    m68k = 4,
    mips = 8,
    hppa = 15,
    powerpc = 20,
    powerpc64 = 21,
    s390 = 22,
    arm = 40,
    sh = 42,
    sparc64 = 43,
    x86_64 = 62,
    openrisc = 92,
    xtensa = 94,
    aarch64 = 183,
    microblaze = 189,
    riscv = 243,
    loongarch = 258,
};

constexpr std::string_view name_of(ElfMachine machine) {
    switch (machine) {
    case ElfMachine::sparc: return "SPARC";
    case ElfMachine::x86: return "x86";
    case ElfMachine::m68k: return "m68k";
    case ElfMachine::mips: return "MIPS";
    case ElfMachine::hppa: return "PA-RISC";
    case ElfMachine::powerpc: return "PowerPC";
    case ElfMachine::powerpc64: return "64-bit PowerPC";
    case ElfMachine::s390: return "s390";
    case ElfMachine::arm: return "Arm";
    case ElfMachine::sh: return "SuperH";
    case ElfMachine::sparc64: return "64-bit SPARC";
    case ElfMachine::x86_64: return "x86-64";
    case ElfMachine::openrisc: return "OpenRISC";
    case ElfMachine::xtensa: return "Xtensa";
    case ElfMachine::aarch64: return "AArch64";
    case ElfMachine::microblaze: return "MicroBlaze";
    case ElfMachine::riscv: return "RISC-V";
    case ElfMachine::loongarch: return "LoongArch";
    }
    return "an unknown machine";
}

/// What the harts of a board run.
struct ElfTarget {
    ElfMachine machine;
    unsigned bits = 0;  // 32 or 64 accepts that class only; 0 accepts both
    std::endian order = std::endian::little;
};

namespace detail {

/// Where the fields are in a file of one class: offsets in bytes, and `word` is the size of addresses and offsets.
struct ElfLayout {
    unsigned bits;
    std::size_t word;
    std::size_t header, entry, table, table_entry, table_count;
    std::size_t program, flags, offset, virtual_address, physical_address, in_file, in_memory;
    std::size_t sections, section_entry, section_count;
    std::size_t section, section_flags, section_offset, section_size;
};
inline constexpr ElfLayout elf32{.bits = 32,
                                 .word = 4,
                                 .header = 52,
                                 .entry = 24,
                                 .table = 28,
                                 .table_entry = 42,
                                 .table_count = 44,
                                 .program = 32,
                                 .flags = 24,
                                 .offset = 4,
                                 .virtual_address = 8,
                                 .physical_address = 12,
                                 .in_file = 16,
                                 .in_memory = 20,
                                 .sections = 32,
                                 .section_entry = 46,
                                 .section_count = 48,
                                 .section = 40,
                                 .section_flags = 8,
                                 .section_offset = 16,
                                 .section_size = 20};
inline constexpr ElfLayout elf64{.bits = 64,
                                 .word = 8,
                                 .header = 64,
                                 .entry = 24,
                                 .table = 32,
                                 .table_entry = 54,
                                 .table_count = 56,
                                 .program = 56,
                                 .flags = 4,
                                 .offset = 8,
                                 .virtual_address = 16,
                                 .physical_address = 24,
                                 .in_file = 32,
                                 .in_memory = 40,
                                 .sections = 40,
                                 .section_entry = 58,
                                 .section_count = 60,
                                 .section = 64,
                                 .section_flags = 8,
                                 .section_offset = 24,
                                 .section_size = 32};

inline constexpr std::uint64_t elf_type = 16, elf_machine = 18, elf_version = 20;  // the same in both classes
inline constexpr std::array<std::uint8_t, 4> elf_magic{0x7f, 'E', 'L', 'F'};
inline constexpr std::uint16_t type_executable = 2, type_shared = 3;
inline constexpr std::uint32_t segment_load = 1, segment_dynamic = 2, segment_note = 4;
inline constexpr std::uint32_t segment_executable = 1;
inline constexpr std::uint16_t count_elsewhere = 0xffff;  // PN_XNUM: the count is in a section header

/// Reads integers at offsets that have been checked.
struct ElfFields {
    std::span<const std::byte> bytes;
    std::endian order;

    template <AccessWord T>
    T get(std::uint64_t offset) const {
        const std::byte* from = bytes.data() + offset;
        return order == std::endian::little ? read_memory<T>(from) : read_memory<T, std::endian::big>(from);
    }
    std::uint64_t word(const ElfLayout& layout, std::uint64_t offset) const {
        return layout.word == 4 ? get<std::uint32_t>(offset) : get<std::uint64_t>(offset);
    }
};

/// `count` bytes at `offset` lie inside `size` bytes; no sum that could wrap.
constexpr bool inside(std::uint64_t offset, std::uint64_t count, std::uint64_t size) {
    return offset <= size && count <= size - offset;
}

constexpr std::string_view name_of(std::endian order) {
    return order == std::endian::little ? "little-endian" : "big-endian";
}

/// Class and byte order, from the identification bytes.
inline Expected<std::pair<ElfLayout, ElfFields>> read_identification(std::string_view file,
                                                                     std::span<const std::byte> bytes) {
    const auto at = [&](std::size_t i) { return std::to_integer<unsigned>(bytes[i]); };
    for (std::size_t i = 0; i != std::min(bytes.size(), elf_magic.size()); ++i)
        if (at(i) != elf_magic[i])
            return fail(
                file, " does not begin with the bytes 7f 45 4c 46 of an ELF file; give an ELF executable, or "
                      "load it as a raw image at an address");
    constexpr std::size_t identification = 16;
    if (bytes.size() < identification)
        return fail(file, " is ", Bytes{bytes.size()}, ", less than the ", Bytes{identification},
                    " that identify an ELF file: it is truncated; copy or build it again");
    if (at(4) != 1 && at(4) != 2)
        return fail(file, " has ELF class ", at(4),
                    ", which is neither 1 (32 bits) nor 2 (64 bits); build it again");
    if (at(5) != 1 && at(5) != 2)
        return fail(file, " has ELF data encoding ", at(5),
                    ", which is neither 1 (little-endian) nor 2 (big-endian); build it again");
    if (at(6) != 1)
        return fail(file, " has ELF version ", at(6), "; only version 1 exists, so build it again");
    const ElfLayout layout = at(4) == 1 ? elf32 : elf64;
    const std::endian order = at(5) == 1 ? std::endian::little : std::endian::big;
    if (bytes.size() < layout.header)
        return fail(file, " is ", Bytes{bytes.size()}, ", less than the ", Bytes{layout.header}, " of an ELF",
                    layout.bits, " header: it is truncated; copy or build it again");
    return std::pair{layout, ElfFields{bytes, order}};
}

/// The file is for the machine that is to run it, and a program at all.
inline Expected<void> check_target(std::string_view file, const ElfLayout& layout, const ElfFields& fields,
                                   const ElfTarget& target) {
    const auto machine = static_cast<ElfMachine>(fields.get<std::uint16_t>(elf_machine));
    if (machine != target.machine)
        return fail(file, " is for ", wirewrap::name_of(machine), " (e_machine ",
                    static_cast<std::uint16_t>(machine), "), and this board runs ",
                    wirewrap::name_of(target.machine), " (e_machine ",
                    static_cast<std::uint16_t>(target.machine), "); give a program built for it");
    if (target.bits != 0 && layout.bits != target.bits)
        return fail(file, " is an ELF", layout.bits, " file, and this board runs ELF", target.bits,
                    " programs; build it for ", target.bits, " bits");
    if (fields.order != target.order)
        return fail(file, " is ", name_of(fields.order), ", and this board is ", name_of(target.order),
                    "; build it ", name_of(target.order));
    if (const auto version = fields.get<std::uint32_t>(elf_version); version != 1)
        return fail(file, " has e_version ", version, "; only version 1 exists, so build it again");
    const auto type = fields.get<std::uint16_t>(elf_type);
    if (type != type_executable && type != type_shared)
        return fail(file, " has e_type ", type,
                    ", not that of a linked program (2, ET_EXEC, or 3, ET_DYN); link it first");
    return {};
}

/// The table of program headers: its offset and its count, wholly inside the file.
inline Expected<std::pair<std::uint64_t, std::size_t>> find_table(std::string_view file,
                                                                  const ElfLayout& layout,
                                                                  const ElfFields& fields) {
    const std::uint64_t table = fields.word(layout, layout.table);
    const std::size_t entry = fields.get<std::uint16_t>(layout.table_entry);
    const std::size_t count = fields.get<std::uint16_t>(layout.table_count);
    if (count == 0)
        return fail(file, " has no program headers, so nothing says what to load; link it as an executable");
    if (count == count_elsewhere)
        return fail(
            file,
            " has 65535 program headers or more; at most 65534 are read, so link it with fewer segments");
    if (entry != layout.program)
        return fail(file, " has program headers of ", Bytes{entry}, " each, but those of ELF", layout.bits,
                    " are ", Bytes{layout.program}, "; build it again");
    const std::uint64_t size = count * layout.program;
    if (!inside(table, size, fields.bytes.size()))
        return fail(file, " is ", Bytes{fields.bytes.size()}, ", but its ", count, " program headers take ",
                    Bytes{size}, " from byte ", table,
                    ": it is truncated or damaged; copy or build it again");
    return std::pair{table, count};
}

/// One program header.
struct ElfProgramHeader {
    std::uint32_t type = 0;
    bool executable = false;
    std::uint64_t offset = 0, virtual_address = 0, physical_address = 0, in_file = 0, in_memory = 0;
};
inline ElfProgramHeader read_program_header(const ElfLayout& layout, const ElfFields& fields,
                                            std::uint64_t at) {
    return {.type = fields.get<std::uint32_t>(at),
            .executable = (fields.get<std::uint32_t>(at + layout.flags) & segment_executable) != 0,
            .offset = fields.word(layout, at + layout.offset),
            .virtual_address = fields.word(layout, at + layout.virtual_address),
            .physical_address = fields.word(layout, at + layout.physical_address),
            .in_file = fields.word(layout, at + layout.in_file),
            .in_memory = fields.word(layout, at + layout.in_memory)};
}

}  // namespace detail

}  // namespace wirewrap
