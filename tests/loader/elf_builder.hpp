// Writes small ELF files for tests, of either class and byte order, with any field set to anything.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace elf_builder {

struct Segment {
    std::uint32_t type = 1;  // PT_LOAD
    std::uint64_t offset = 0, virtual_address = 0, physical_address = 0, in_file = 0, in_memory = 0;
    std::uint32_t flags = 7;  // read, write, execute
};

struct Section {
    std::uint32_t type = 1;   // SHT_PROGBITS
    std::uint64_t flags = 2;  // SHF_ALLOC
    std::uint64_t offset = 0, size = 0;
};

struct File {
    unsigned bits = 64;
    std::endian order = std::endian::little;
    std::uint16_t type = 2, machine = 243;  // ET_EXEC, EM_RISCV
    std::uint64_t entry = 0;
    std::vector<Segment> segments{};
    std::vector<std::byte>
        contents{};  // after the headers; offsets in `segments` are from the start of the file

    std::vector<Section> sections{};  // their headers follow the contents

    std::size_t header_size() const { return bits == 64 ? 64 : 52; }
    std::size_t program_header_size() const { return bits == 64 ? 56 : 32; }
    std::size_t headers_size() const { return header_size() + segments.size() * program_header_size(); }

    std::vector<std::byte> bytes() const {
        std::vector<std::byte> out;
        const auto number = [&](std::uint64_t value, std::size_t size) {
            for (std::size_t i = 0; i != size; ++i) {
                const std::size_t place = order == std::endian::little ? i : size - 1 - i;
                out.push_back(static_cast<std::byte>(value >> 8 * place));
            }
        };
        const std::size_t word = bits / 8;
        for (const unsigned c :
             {0x7fu, 0x45u, 0x4cu, 0x46u, bits / 32, order == std::endian::little ? 1u : 2u, 1u})
            out.push_back(static_cast<std::byte>(c));
        out.resize(16);
        number(type, 2);
        number(machine, 2);
        number(1, 4);
        number(entry, word);
        number(header_size(), word);                                            // e_phoff
        number(sections.empty() ? 0 : headers_size() + contents.size(), word);  // e_shoff
        number(0, 4);                                                           // e_flags
        number(header_size(), 2);
        number(program_header_size(), 2);
        number(segments.size(), 2);
        number(sections.empty() ? 0 : bits == 64 ? 64 : 40, 2);
        number(sections.size(), 2);
        number(0, 2);  // e_shstrndx: no names
        for (const Segment& s : segments) {
            number(s.type, 4);
            if (bits == 64) number(s.flags, 4);
            number(s.offset, word);
            number(s.virtual_address, word);
            number(s.physical_address, word);
            number(s.in_file, word);
            number(s.in_memory, word);
            if (bits == 32) number(s.flags, 4);
            number(1, word);  // p_align
        }
        out.insert(out.end(), contents.begin(), contents.end());
        for (const Section& s : sections) {
            number(0, 4);  // sh_name
            number(s.type, 4);
            number(s.flags, word);
            number(0, word);  // sh_addr
            number(s.offset, word);
            number(s.size, word);
            number(0, 8);  // sh_link, sh_info
            number(1, word);
            number(0, word);
        }
        return out;
    }
};

/// Two segments: 8 bytes of contents for 24 bytes at 0x80000000, 4 for 4 at 0x80001000, and a note that is not loaded.
inline File small(unsigned bits = 64, std::endian order = std::endian::little) {
    File file{.bits = bits, .order = order, .entry = 0x8000'0004};
    file.segments.resize(3);
    const std::size_t start = file.headers_size();
    file.segments[0] = {1, start, 0x8000'0000, 0x8000'0000, 8, 24};
    file.segments[1] = {4, start, 0, 0, 12, 0};  // PT_NOTE
    file.segments[2] = {1, start + 8, 0x8000'1000, 0x8000'1000, 4, 4};
    for (unsigned i = 1; i <= 12; ++i) file.contents.push_back(static_cast<std::byte>(i));
    return file;
}

}  // namespace elf_builder
