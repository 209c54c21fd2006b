// The Canon PowerShot A1100 IS, a camera with a DIGIC processor and 64 MiB of RAM.
//
//     static_assert(ram_verdict<boards::arm::CanonA1100>(64_MiB));
//     static_assert(!ram_verdict<boards::arm::CanonA1100>(128_MiB));
//
//     0x0 [ RAM 64 MiB )   0xf800'0000 [ flash 4 MiB, where the processor starts, again and again )
//
// Source: QEMU 7.2, hw/arm/digic_boards.c, `canon_a1100_machine_init`.
#pragma once

#include <wirewrap/board.hpp>

namespace wirewrap::boards::arm {

using namespace wirewrap::literals;

struct CanonA1100 {
    static constexpr auto name = "aarch64/canon-a1100";
    static constexpr auto ram = main_ram("ram", 64_MiB).accepts(exactly(64_MiB)).placed(at(0x0));
};
static_assert(Board<CanonA1100>);

}  // namespace wirewrap::boards::arm
