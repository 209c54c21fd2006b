// Sections that QEMU writes in between those of the RAM, because what they hold is saved while the guest runs. They
// carry no length, so only those whose contents are known can be passed over.
//
// | name                      | machine           | payload                                                          |
// |---------------------------|-------------------|------------------------------------------------------------------|
// | `s390-storage_attributes` | s390-ccw-virtio   | words: flag 2 begins a block of values, 1 ends the payload       |
// | `spapr/htab`              | pseries           | at START the size; then runs of 16-byte entries, an empty one last|
//
// From machine types 8.0 on, virtio-mem says which of its memory is plugged before the pages come: a device's state,
// whole, which QEMU 8.0 to 10.0 write behind the list of blocks, and 11.1 before it.
//
// | `virtio-mem-device-early` | with virtio-mem   | address, region size, block size, node, size; words of a bitmap   |
//
// Source: QEMU, hw/s390x/s390-stattrib.c, hw/ppc/spapr.c, hw/virtio/virtio-mem.c; all seen in streams of QEMU 7.2.22,
// 10.0.13 and 11.1.3 (virtio-mem's from 10.0.13 on).
#pragma once

#include <cstdint>
#include <string_view>

#include <wirewrap/base/bytes.hpp>
#include <wirewrap/base/error.hpp>
#include <wirewrap/qemu/stream_format.hpp>
#include <wirewrap/qemu/stream_input.hpp>

namespace wirewrap::qemu {

enum class LiveSection : std::uint8_t { ram, storage_attributes, hash_table, plugged_memory, device };

/// The section of this name that can be read or passed over, or a sentence.
inline Expected<LiveSection> live_section(std::string_view name) {
    if (name == "ram") return LiveSection::ram;
    if (name == "s390-storage_attributes") return LiveSection::storage_attributes;
    if (name == "spapr/htab") return LiveSection::hash_table;
    return fail(
        "the stream has a section ", printable(name),
        " among those of the RAM; it carries no length and is not known here: write the stream without it "
        "(no block migration, no dirty bitmaps)");
}

/// Reads over one payload.
template <class Input>
void skip_storage_attributes(Input& input) {
    constexpr std::uint64_t end = 1, values = 2, flags = 0xf;
    while (input.ok()) {
        const std::uint64_t word = input.template number<std::uint64_t>();
        if ((word & flags) == end) return;
        if ((word & flags) == values) input.skip(input.template number<std::uint64_t>());
    }
}

template <class Input>
void skip_hash_table(Input& input, bool at_start) {
    const auto head = input.template number<std::uint32_t>();
    // All ones: there is none, because the guest has another kind of page table.
    if (at_start || head != 0) return;
    while (input.ok()) {
        const auto index = input.template number<std::uint32_t>();
        const auto valid = input.template number<std::uint16_t>();
        const auto invalid = input.template number<std::uint16_t>();
        if (index == 0 && valid == 0 && invalid == 0) return;
        input.skip(std::uint64_t{valid} * 16);
    }
}

/// Whether a device of this name is saved before the pages, and can be passed over. Its path comes before the name.
inline bool is_plugged_memory(std::string_view name) {
    constexpr std::string_view early = "virtio-mem-device-early";
    return name == early || (name.ends_with(early) && name[name.size() - early.size() - 1] == '/');
}

template <class Input>
Expected<void> skip_plugged_memory(Input& input) {
    input.skip(8);
    const auto region = input.template number<std::uint64_t>();
    const auto block = input.template number<std::uint64_t>();
    input.skip(4 + 8);
    if (!input.ok()) return std::unexpected(input.error());
    constexpr std::uint64_t least_block = 1 << 20;  // VIRTIO_MEM_MIN_BLOCK_SIZE
    if (block < least_block || region % block != 0)
        return fail("the stream has a virtio-mem of ", Bytes{region}, " in blocks of ", Bytes{block},
                    ": it is damaged");
    const std::uint64_t blocks = region / block;
    input.skip((blocks + 63) / 64 * 8);
    if (!input.ok()) return std::unexpected(input.error());
    return {};
}

}  // namespace wirewrap::qemu
