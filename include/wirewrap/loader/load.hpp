// Puts programs and raw images into the memory of anything that satisfies `DebugPath`: RAM, ROM, flash, over the borders of
// neighbouring windows. Everything is checked before the first byte is written: after an error the guest's memory is as it
// was, and nobody has heard of a store.
//
//     auto firmware = load_elf(machine, image.name(), image.bytes(), {.machine = ElfMachine::riscv, .bits = 64});
//     if (!firmware) return std::unexpected(firmware.error());
//     hart.start(firmware->entry);                                         // firmware->memory is what it covers
//     auto kernel = load_raw(machine, "u-boot.bin", bytes, at(0x8020'0000));
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string_view>

#include <wirewrap/base/address.hpp>
#include <wirewrap/base/bus.hpp>
#include <wirewrap/base/error.hpp>
#include <wirewrap/base/interval.hpp>
#include <wirewrap/loader/elf.hpp>
#include <wirewrap/loader/placed_image.hpp>

namespace wirewrap {

/// A program in guest memory: where its execution starts and the addresses from its first to its last byte.
struct LoadedProgram {
    GuestAddress entry;
    Interval memory;

    friend bool operator==(const LoadedProgram&, const LoadedProgram&) = default;
};

/// Loads an ELF executable: the contents of its segments to their physical addresses, zeros to the rest of their memory, and
/// relocations of a position-independent one, which goes to `base` when it is not linked for memory.
/// Errors: those of `place_elf`.
template <DebugPath Path>
Expected<LoadedProgram> load_elf(Path& path, std::string_view file, std::span<const std::byte> bytes,
                                 const ElfTarget& target, std::optional<GuestAddress> base = {}) {
    const auto placement = place_elf(path, file, bytes, target, base);
    if (!placement) return std::unexpected(placement.error());
    if (const auto written = put(path, *placement); !written) return std::unexpected(written.error());
    return LoadedProgram{placement->entry, placement->memory()};
}

/// Loads bytes as they are to an address; returns what they cover. Errors: those of `place_raw`.
template <DebugPath Path>
Expected<Interval> load_raw(Path& path, std::string_view file, std::span<const std::byte> bytes,
                            GuestAddress address) {
    const auto placement = place_raw(path, file, bytes, address);
    if (!placement) return std::unexpected(placement.error());
    if (const auto written = put(path, *placement); !written) return std::unexpected(written.error());
    return placement->memory();
}

}  // namespace wirewrap
