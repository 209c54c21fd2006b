// Boards with a Nuvoton NPCM7xx BMC. The firmware reads the amount of DRAM from a strap register that holds the
// logarithm of the size in units of 128 MiB, so the size is a power of two.
//
//     static_assert(ram_verdict<boards::arm::Npcm750Evb>(256_MiB));
//     static_assert(!ram_verdict<boards::arm::Npcm750Evb>(384_MiB));   // "…; use 256 MiB or 512 MiB"
//
//     0x0 [ RAM … 2 GiB )   0x8000'0000 [ flash, registers …
//
// Sources: QEMU 7.2, hw/misc/npcm7xx_gcr.c (powers of two from 128 MiB to 2 GiB), hw/arm/npcm7xx.c (at 0, no
// more than 2 GiB), hw/arm/npcm7xx_boards.c (defaults).
#pragma once

#include <wirewrap/board.hpp>

namespace wirewrap::boards::arm {

using namespace wirewrap::literals;

namespace npcm7xx {

constexpr auto ram(Bytes default_size) {
    return main_ram("ram", default_size).accepts(power_of_two() && between(128_MiB, 2_GiB)).placed(at(0x0));
}

}  // namespace npcm7xx

struct Npcm750Evb {
    static constexpr auto name = "aarch64/npcm750-evb";
    static constexpr auto ram = npcm7xx::ram(512_MiB);
};

struct QuantaGsj {
    static constexpr auto name = "aarch64/quanta-gsj";
    static constexpr auto ram = npcm7xx::ram(512_MiB);
};

struct QuantaGbsBmc {
    static constexpr auto name = "aarch64/quanta-gbs-bmc";
    static constexpr auto ram = npcm7xx::ram(1_GiB);
};

struct KudoBmc {
    static constexpr auto name = "aarch64/kudo-bmc";
    static constexpr auto ram = npcm7xx::ram(1_GiB);
};

struct MoriBmc {
    static constexpr auto name = "aarch64/mori-bmc";
    static constexpr auto ram = npcm7xx::ram(1_GiB);
};

// One of each kind; the rest differ in name or size.
static_assert(Board<Npcm750Evb>);

}  // namespace wirewrap::boards::arm
