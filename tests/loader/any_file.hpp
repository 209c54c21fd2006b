// What holds for all files that are given as a kernel: they are refused in a sentence and leave memory as it was, or they are
// in memory as a whole. For the fuzzer and for a test.
//
// Byte 0 says how the rest is meant: as the file itself, packed by gzip or zstd and damaged then, in a kernel that unpacks
// itself, as an ELF file. Damage: pairs of a place and a byte, as many as byte 1 says, at the end of the input.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include <wirewrap/loader/gzip.hpp>
#include <wirewrap/loader/load.hpp>
#include <wirewrap/loader/packed_kernel.hpp>
#include <wirewrap/loader/riscv_kernel.hpp>
#include <wirewrap/loader/zstd.hpp>

#include "tests/loader/elf_builder.hpp"
#include "tests/loader/packing.hpp"
#include "tests/loader/ram_path.hpp"

namespace wirewrap::test {

/// An ELF executable with segments where the numbers say, small offsets more often than not.
inline Packed elf_of(const Packed& numbers) {
    elf_builder::File file;
    std::size_t at = 0;
    const auto byte = [&] { return at < numbers.size() ? std::to_integer<std::uint64_t>(numbers[at++]) : 0; };
    const auto address = [&]() -> std::uint64_t {
        const std::uint64_t kind = byte(), low = byte() << 8 | byte();
        return kind < 128 ? 0x8000'0000 + low : kind < 192 ? low : ~low;
    };
    file.type = static_cast<std::uint16_t>(byte() % 4 == 0 ? 3 : 2);
    file.entry = address();
    for (std::uint64_t count = byte() % 5; count != 0; --count) {
        elf_builder::Segment segment{.type = static_cast<std::uint32_t>(byte() % 8 == 0 ? 2 : 1)};
        segment.offset = byte() << 2;
        segment.virtual_address = address();
        segment.physical_address = address();
        segment.in_file = byte() << 2;
        segment.in_memory = segment.in_file + (byte() << 4);
        file.segments.push_back(segment);
    }
    file.contents.assign(numbers.begin() + static_cast<std::ptrdiff_t>(at), numbers.end());
    file.contents.resize(std::max<std::size_t>(file.contents.size(), 1024));
    return file.bytes();
}

inline bool holds_for_any_file(std::span<const std::byte> input) {
    constexpr std::array unpackers{unpack::gzip, unpack::zstd};
    constexpr Bytes most{0x1'0000};
    if (input.size() < 2) return true;
    const unsigned kind = std::to_integer<unsigned>(input[0]) % 6;
    const std::size_t damages = std::min<std::size_t>(std::to_integer<unsigned>(input[1]) % 8,
                                                      (input.size() - 2) / 3);
    const auto damage = input.last(3 * damages);
    const auto rest = input.subspan(2, input.size() - 2 - damage.size());
    const Packed contents(rest.begin(), rest.end());
    Packed file = contents;
    if (kind == 1) file = gzipped(contents);
    if (kind == 2) file = zstandard(contents);
    if (kind == 3) file = self_unpacking(gzipped(contents), "gzip");
    if (kind == 4) file = self_unpacking(zstandard(contents), "zstd");
    if (kind == 5) file = elf_of(contents);
    for (std::size_t i = 0; i != damages && !file.empty(); ++i)
        file[read_memory<std::uint16_t>(damage.data() + 3 * i) % file.size()] = damage[3 * i + 2];

    const auto unpacked = unpack_kernel("Image", file, unpackers, most);
    if (!unpacked) return !unpacked.error().message.empty();
    if (kind != 0 && kind != 5 && damages == 0 && !contents.empty() && contents.size() <= most.count)
        if (!*unpacked || !std::ranges::equal((*unpacked)->bytes(), contents)) return false;
    const std::span<const std::byte> kernel = *unpacked ? (*unpacked)->bytes()
                                                        : std::span<const std::byte>(file);
    if (*unpacked && (kernel.empty() || kernel.size() > most.count)) return false;

    const auto header = parse_riscv_kernel("Image", kernel);
    if (!header && header.error().message.empty()) return false;
    if (header && *header && (*header)->memory.count < kernel.size()) return false;

    RamPath path;
    constexpr ElfTarget target{.machine = ElfMachine::riscv, .bits = 64};
    const auto loaded = load_elf(path, "Image", kernel, target, GuestAddress{0x8000'0000});
    if (!loaded) return path.untouched() && !loaded.error().message.empty();
    return loaded->memory.contains(loaded->entry) && loaded->memory.base.value >= 0x8000'0000;
}

}  // namespace wirewrap::test
