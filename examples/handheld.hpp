// A small board as one would compose it: declared in a type, checked by the compiler.
//
//     0x0             0x200'0000   0xc00'0000   0x1000'0000   0x8000'0000             0xc000'0000
//      [ boot ROM ) …  [ CLINT ) …  [ PLIC ) …   [ UART ) …    [ RAM, 32 … 128 MiB ) … [ the first 16 MiB again )
#pragma once

#include <wirewrap/board.hpp>
#include <wirewrap/device.hpp>

namespace handheld {

using namespace wirewrap;
using namespace wirewrap::literals;

struct Handheld {
    static constexpr auto name = "handheld";
    static constexpr auto ram = main_ram("handheld.ram", 64_MiB)  // id, default
                                    .accepts(one_of(32_MiB, 64_MiB, 128_MiB))
                                    .placed(at(0x8000'0000));
    static constexpr auto map = memory_map(
        rom<"boot">(at(0x0), 64_KiB),  // where the hart starts
        device<"clint", Clint<1>>(at(0x200'0000), 64_KiB),
        device<"plic", Plic<15, 1>>(at(0xc00'0000), 6_MiB),  // 15 sources, machine mode only
        device<"uart0", Ns16550a>(at(0x1000'0000), 256_B),
        mirror<"shadow">(main_ram_at(0_MiB, 16_MiB), at(0xc000'0000)));
    static constexpr auto wires = wiring(    // to the bits of mip
        wire<"uart0.irq", "plic", 10>,       //
        wire<"plic.context0", "hart0", 11>,  // MEIP
        wire<"clint.msip0", "hart0", 3>,     // MSIP
        wire<"clint.mtip0", "hart0", 7>);    // MTIP
};

static_assert(Board<Handheld>);
static_assert(AcceptsRam<Handheld, 32_MiB> && AcceptsRam<Handheld, 128_MiB>);
static_assert(!AcceptsRam<Handheld, 48_MiB>);
static_assert(ram_verdict<Handheld>(48_MiB).view() ==
              "handheld accepts 32 MiB, 64 MiB or 128 MiB of RAM, not 48 MiB; use 32 MiB or 64 MiB");
static_assert(board_regions<Handheld>[4].range == Interval{at(0xc000'0000), 16_MiB});

}  // namespace handheld
