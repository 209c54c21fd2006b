// ARM Versatile: the Platform Baseboard and the Application Baseboard. The devices begin at 256 MiB, so the RAM
// ends there.
//
//     static_assert(ram_verdict<boards::arm::Versatilepb>(256_MiB));
//     static_assert(!ram_verdict<boards::arm::Versatilepb>(257_MiB));
//
//     0x0 [ RAM … 256 MiB ) 0x1000'0000 [ system registers …
//
// Source: QEMU 7.2, hw/arm/versatilepb.c, `versatile_init`.
#pragma once

#include <wirewrap/board.hpp>

namespace wirewrap::boards::arm {

using namespace wirewrap::literals;

struct Versatilepb {
    static constexpr auto name = "aarch64/versatilepb";
    static constexpr auto ram = main_ram("versatile.ram", 128_MiB).accepts(at_most(256_MiB)).placed(at(0x0));
};

struct Versatileab {
    static constexpr auto name = "aarch64/versatileab";
    static constexpr auto ram = main_ram("versatile.ram", 128_MiB).accepts(at_most(256_MiB)).placed(at(0x0));
};

// One of each kind; the rest differ in name or size.
static_assert(Board<Versatilepb>);

}  // namespace wirewrap::boards::arm
