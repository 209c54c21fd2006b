// What the size after `-m` means: how much main RAM a board is asked for.
//
//     requested_ram(0_B, 128_MiB);        // 128_MiB: 0 stands for the board's default
//     requested_ram(5000_B, 128_MiB);     // 8_KiB: rounded up before the board's rule sees it
//     requested_ram(2_KiB, 2_KiB);        // 2_KiB: the default is never rounded
//
// The C++ interface of wirewrap never rounds; this is for options that mean what they mean to QEMU. Source: measured on
// QEMU 7.2; hw/core/machine.c, machine_set_mem.
#pragma once

#include <limits>

#include <wirewrap/base/bytes.hpp>
#include <wirewrap/base/error.hpp>

namespace wirewrap {

/// `-m` counts in this unit when it has none.
inline constexpr Bytes ram_option_unit{1 << 20};
/// `-m` is rounded up to a multiple of this.
inline constexpr Bytes ram_option_granule{8 << 10};

/// The RAM size that `-m asked` requests of a board with this default. Error: it does not fit into 64 bits after rounding.
inline Expected<Bytes> requested_ram(Bytes asked, Bytes default_size) {
    // As it is: microcontrollers have 2 KiB, and who asks for them shall not get 8.
    if (asked == Bytes{} || asked == default_size) return default_size;
    const Bytes rest = asked % ram_option_granule;
    if (rest == Bytes{}) return asked;
    const Bytes missing = ram_option_granule - rest;
    if (asked.count > std::numeric_limits<std::uint64_t>::max() - missing.count)
        return fail(asked, " of RAM, rounded up to a multiple of ", ram_option_granule,
                    ", are 2^64 bytes; ask for less RAM");
    return asked + missing;
}

}  // namespace wirewrap
