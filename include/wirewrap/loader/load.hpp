// Puts programs and raw images into the RAM of anything that satisfies `AccessPath`. Everything is checked before the
// first byte is written: after an error the guest's memory is as it was.
//
//     auto firmware = load_elf(machine, image.name(), image.bytes(), {.machine = ElfMachine::riscv, .bits = 64});
//     if (!firmware) return std::unexpected(firmware.error());
//     hart.start(firmware->entry);                                         // firmware->memory is what it covers
//     auto kernel = load_raw(machine, "u-boot.bin", bytes, at(0x8020'0000));
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include <wirewrap/base/address.hpp>
#include <wirewrap/base/bus.hpp>
#include <wirewrap/base/bytes.hpp>
#include <wirewrap/base/error.hpp>
#include <wirewrap/base/interval.hpp>
#include <wirewrap/loader/elf.hpp>

namespace wirewrap {

/// A program in guest memory: where its execution starts and the addresses from its first to its last byte.
struct LoadedProgram {
    GuestAddress entry;
    Interval memory;

    friend bool operator==(const LoadedProgram&, const LoadedProgram&) = default;
};

namespace detail {

/// How many bytes of RAM follow each other from `from`, at most `most`. The path answers for whole ranges only, so this
/// closes in on the end; it is for error sentences.
template <AccessPath Path>
Bytes ram_from(Path& path, GuestAddress from, Bytes most) {
    Bytes fits{0}, too_many = most + Bytes{1};
    while (too_many - fits > Bytes{1}) {
        const Bytes middle = fits + (too_many - fits) / 2;
        if (path.ram_span(from, middle).empty())
            too_many = middle;
        else
            fits = middle;
    }
    return fits;
}

/// The host memory behind `where`, or why there is none. `what` begins the sentence.
template <AccessPath Path>
Expected<std::span<std::byte>> ram_for(Path& path, const Text& what, Interval where) {
    if (where.wraps())
        return fail(what, " goes to ", where,
                    ", past the end of the address space; load it at a lower address");
    const std::span<std::byte> ram = path.ram_span(where.base, where.size);
    if (ram.size() == where.size.count) return ram;
    const Bytes fits = ram_from(path, where.base, where.size - Bytes{1});
    if (fits.count == 0)
        return fail(what, " goes to ", where, ", but there is no RAM at ", where.base,
                    "; link or load it at an address in RAM");
    return fail(what, " goes to ", where, ", ", where.size, ", but the RAM there ends at ", where.base + fits,
                ", ", where.size - fits, " too early; give the machine more RAM or a smaller image");
}

}  // namespace detail

/// Loads an ELF executable: the contents of its segments to their physical addresses, zeros to the rest of their memory.
/// Errors: those of `parse_elf`, and a segment that is not wholly in one block of RAM.
template <AccessPath Path>
Expected<LoadedProgram> load_elf(Path& path, std::string_view file, std::span<const std::byte> bytes,
                                 const ElfTarget& target) {
    const Expected<ElfProgram> program = parse_elf(file, bytes, target);
    if (!program) return std::unexpected(program.error());
    std::vector<std::span<std::byte>> places;
    for (const ElfSegment& segment : program->segments) {
        const auto ram = detail::ram_for(path, sentence(file, ": segment ", segment.index), segment.memory);
        if (!ram) return std::unexpected(ram.error());
        places.push_back(*ram);
    }
    for (std::size_t i = 0; i != places.size(); ++i) {
        const auto rest = std::ranges::copy(program->segments[i].contents, places[i].begin()).out;
        std::fill(rest, places[i].end(), std::byte{0});
    }
    const GuestAddress base = program->segments.front().memory.base;
    const Interval last = program->segments.back().memory;
    return LoadedProgram{program->entry, {base, last.base - base + last.size}};
}

/// Loads bytes as they are to an address; returns what they cover. Errors: nothing to load, or not wholly in one block of
/// RAM.
template <AccessPath Path>
Expected<Interval> load_raw(Path& path, std::string_view file, std::span<const std::byte> bytes,
                            GuestAddress address) {
    if (bytes.empty()) return fail(file, " is empty, 0 bytes; give the image that should go to ", address);
    const Interval where{address, {bytes.size()}};
    const auto ram = detail::ram_for(path, sentence(file), where);
    if (!ram) return std::unexpected(ram.error());
    std::ranges::copy(bytes, ram->begin());
    return where;
}

}  // namespace wirewrap
