// What a loader is about to write: a program or a raw image, read, checked and found to go to memory, with nothing written
// yet. Several of them can be compared before the first byte of the guest's memory changes.
//
//     const auto firmware = place_elf(machine, "fw.elf", bytes, target);
//     const auto kernel = place_raw(machine, "Image", more, at(0x8020'0000));
//     if (const auto clash = overlap(*firmware, *kernel)) return fail(clash->first, …);
//     if (const auto written = put(machine, *firmware); !written) return std::unexpected(written.error());
#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <wirewrap/base/address.hpp>
#include <wirewrap/base/bus.hpp>
#include <wirewrap/base/bytes.hpp>
#include <wirewrap/base/endian.hpp>
#include <wirewrap/base/error.hpp>
#include <wirewrap/base/interval.hpp>
#include <wirewrap/loader/elf.hpp>
#include <wirewrap/loader/riscv_kernel.hpp>

namespace wirewrap {

/// Contents that are to go to the start of `memory`, zeros to the rest of it.
struct PlacedPiece {
    Interval memory;
    std::span<const std::byte> contents;
};

/// An image with its place. Its pieces are sorted and in memory as a whole; `contents` point into the image's bytes.
struct PlacedImage {
    std::string name;
    GuestAddress entry;
    std::vector<PlacedPiece> pieces{};
    std::vector<ElfRelocation> relocations{};
    unsigned bits = 64;  // of the words that relocations write
    std::endian order = std::endian::little;

    /// From the first to the last byte.
    Interval memory() const {
        const Interval first = pieces.front().memory, last = pieces.back().memory;
        return {first.base, last.base - first.base + last.size};
    }
};

/// Ends sentences about images that do not go to memory as a whole: what is at the address where there is none, and the
/// remedy. Who knows the board says more; see `BoardAdvice`.
struct PlainAdvice {
    /// There is no memory at the image's first byte.
    Text none_at(GuestAddress) const { return sentence("link or load it at an address in memory"); }
    /// Memory ends before the image does.
    Text ends_at(GuestAddress) const {
        return sentence("load it elsewhere, make it smaller, or give the machine more memory there");
    }
};

template <class A>
concept LoadAdvice = requires(const A& advice, GuestAddress a) {
    { advice.none_at(a) } -> std::same_as<Text>;
    { advice.ends_at(a) } -> std::same_as<Text>;
};

/// The first pieces of two images that lie over each other.
inline std::optional<std::pair<Interval, Interval>> overlap(const PlacedImage& a, const PlacedImage& b) {
    for (const PlacedPiece& one : a.pieces)
        for (const PlacedPiece& other : b.pieces)
            if (one.memory.overlaps(other.memory)) return std::pair{one.memory, other.memory};
    return std::nullopt;
}

namespace detail {

inline constexpr std::uint64_t link_page = 0x1000;  // what linkers align segments to, at least

/// `where` is memory as a whole. `what` begins the sentence that says why not.
template <DebugPath Path, LoadAdvice Advice>
Expected<void> check_memory(const Path& path, const Text& what, Interval where, const Advice& advice) {
    if (where.wraps())
        return fail(what, " goes to ", where,
                    ", past the end of the address space; load it at a lower address");
    const Bytes there = path.memory_extent(where.base, where.size);
    if (there == where.size) return {};
    if (there.count == 0)
        return fail(what, " goes to ", where, ", but there is no memory at ", where.base, "; ",
                    advice.none_at(where.base));
    return fail(what, " goes to ", where, ", ", where.size, ", but the memory there ends at ",
                where.base + there, ", ", where.size - there, " too early; ",
                advice.ends_at(where.base + there));
}

/// How many bytes of the headers at a segment's start have no memory to go to: the rest of the headers has.
template <DebugPath Path>
Bytes headers_without_memory(const Path& path, const ElfSegment& segment) {
    const auto rest_is_memory = [&](Bytes from) {
        const Bytes rest = segment.headers - from;
        return path.memory_extent(segment.memory.base + from, rest) == rest;
    };
    Bytes low{}, high = segment.headers;
    while (low < high) {
        const Bytes middle = low + (high - low) / 2;
        if (rest_is_memory(middle))
            high = middle;
        else
            low = middle + Bytes{1};
    }
    return low;
}

/// The memory of a segment without the headers that have none.
template <DebugPath Path>
Interval wanted_memory(const Path& path, const ElfSegment& segment) {
    const Bytes left_out = headers_without_memory(path, segment);
    return {segment.memory.base + left_out, segment.memory.size - left_out};
}

/// A position-independent program that is linked at 0 is linked for nowhere, also on a board with memory there.
template <DebugPath Path>
bool linked_for_memory(const Path& path, const ElfProgram& program) {
    return program.memory().base.value >= link_page &&
           std::ranges::all_of(program.segments, [&](const ElfSegment& segment) {
               const Interval wanted = wanted_memory(path, segment);
               return path.memory_extent(wanted.base, wanted.size) == wanted.size;
           });
}

/// Linux's `vmlinux` finds out where it lies: what it calls physical addresses counts from there. Its first segment is the
/// beginning of the `Image`, with the same header.
inline bool finds_its_place(const ElfProgram& program) {
    const FileBytes first(program.segments.front().contents);
    return program.memory().base.value == 0 && first.has(0x30, riscv_magic) && first.has(0x38, riscv_magic2);
}

/// Writes zeros; the memory has been checked.
template <DebugPath Path>
std::expected<void, BusFault> put_zeros(Path& path, GuestAddress to, Bytes size) {
    static constexpr std::array<std::byte, 65536> zeros{};
    while (size != Bytes{}) {
        const Bytes count{std::min<std::uint64_t>(zeros.size(), size.count)};
        if (const auto put = path.debug_write(to, std::span(zeros).first(count.count)); !put) return put;
        to = to + count;
        size = size - count;
    }
    return {};
}

template <DebugPath Path>
std::expected<void, BusFault> put_word(Path& path, const PlacedImage& image, const ElfRelocation& word) {
    std::array<std::byte, 8> bytes{};
    if (image.bits == 64 && image.order == std::endian::little)
        write_memory<std::uint64_t>(bytes.data(), word.value);
    else if (image.bits == 64)
        write_memory<std::uint64_t, std::endian::big>(bytes.data(), word.value);
    else if (image.order == std::endian::little)
        write_memory<std::uint32_t>(bytes.data(), static_cast<std::uint32_t>(word.value));
    else
        write_memory<std::uint32_t, std::endian::big>(bytes.data(), static_cast<std::uint32_t>(word.value));
    return path.debug_write(word.where, std::span(bytes).first(image.bits / 8));
}

}  // namespace detail

/// An ELF executable at the addresses that it was linked for; a position-independent one that was not linked for memory,
/// and Linux's vmlinux, go to `base`. Headers that the linker put in front of the first segment, below memory, are left out.
/// Errors: those of `parse_elf`, and a segment that is not memory as a whole.
template <DebugPath Path, LoadAdvice Advice = PlainAdvice>
Expected<PlacedImage> place_elf(const Path& path, std::string_view file, std::span<const std::byte> bytes,
                                const ElfTarget& target, std::optional<GuestAddress> base = {},
                                const Advice& advice = {}) {
    Expected<ElfProgram> program = parse_elf(file, bytes, target);
    if (!program) return std::unexpected(program.error());
    program->position_independent |= detail::finds_its_place(*program);
    if (program->position_independent && base && !detail::linked_for_memory(path, *program)) {
        const std::uint64_t first = program->memory().base.value & ~(detail::link_page - 1);
        program = moved(file, std::move(*program), base->value - first);
        if (!program) return std::unexpected(program.error());
    }
    PlacedImage placement{.name = std::string(file),
                          .entry = program->entry,
                          .relocations = std::move(program->relocations),
                          .bits = program->bits,
                          .order = program->order};
    for (const ElfSegment& segment : program->segments) {
        const Interval memory = detail::wanted_memory(path, segment);
        if (memory.empty()) continue;
        if (path.memory_extent(memory.base, memory.size) != memory.size)
            if (auto checked = detail::check_memory(path, sentence(file, ": segment ", segment.index),
                                                    segment.memory, advice);
                !checked)
                return std::unexpected(checked.error());
        const Bytes left_out = segment.memory.size - memory.size;
        placement.pieces.push_back({memory, segment.contents.subspan(left_out.count)});
    }
    const auto loaded = [&](Interval where) {
        return std::ranges::any_of(placement.pieces,
                                   [&](const PlacedPiece& piece) { return piece.memory.contains(where); });
    };
    if (!loaded({placement.entry, Bytes{1}}))
        return fail(file, ": the entry point ", placement.entry,
                    " is among the headers of the file, where there is no memory; link it with an entry "
                    "symbol");
    for (const ElfRelocation& relocation : placement.relocations)
        if (!loaded({relocation.where, Bytes{program->bits / 8}}))
            return fail(file, ": a relocation changes a word at ", relocation.where,
                        ", where there is no memory; link it at an address in memory");
    return placement;
}

/// Bytes as they are, at an address, and zeros behind them until there are `least`. Errors: nothing to load, or not memory as
/// a whole.
template <DebugPath Path, LoadAdvice Advice = PlainAdvice>
Expected<PlacedImage> place_raw(const Path& path, std::string_view file, std::span<const std::byte> bytes,
                                GuestAddress address, const Advice& advice = {}, Bytes least = {}) {
    if (bytes.empty()) return fail(file, " is empty, 0 bytes; give the image that should go to ", address);
    const Interval where{address, std::max(least, Bytes{bytes.size()})};
    if (auto checked = detail::check_memory(path, sentence(file), where, advice); !checked)
        return std::unexpected(checked.error());
    return PlacedImage{.name = std::string(file), .entry = address, .pieces = {{where, bytes}}};
}

/// Writes an image to its place. Errors: memory that was there when it was placed is not any more.
template <DebugPath Path>
Expected<void> put(Path& path, const PlacedImage& image) {
    const auto failed = [&](const BusFault& fault) { return fail(image.name, ": ", describe(fault)); };
    for (const PlacedPiece& piece : image.pieces) {
        if (const auto put = path.debug_write(piece.memory.base, piece.contents); !put)
            return failed(put.error());
        const Bytes contents{piece.contents.size()};
        if (const auto put = detail::put_zeros(path, piece.memory.base + contents,
                                               piece.memory.size - contents);
            !put)
            return failed(put.error());
    }
    for (const ElfRelocation& relocation : image.relocations)
        if (const auto put = detail::put_word(path, image, relocation); !put) return failed(put.error());
    return {};
}

}  // namespace wirewrap
