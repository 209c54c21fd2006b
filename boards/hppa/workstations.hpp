// QEMU's HP workstations and server with PA-RISC. Those of 32 bits, B160L and 715, have RAM up to their firmware; of the RAM of
// the others the part that would lie under it, and what is below 4 GiB of it, shows at 257 GiB.
//
//     715, B160L   0x0 [ RAM … 3840 MiB )[ firmware, devices )
//     C3700        0x0 [ RAM … 3840 MiB )   0x1'0000'0000 [ RAM from 4 GiB on … )   0x40'4000'0000 [ RAM 3840 MiB … 4 GiB )
//     A400         0x0 [ RAM … 1 GiB )      0x1'0000'0000 [ RAM from 4 GiB on … )   0x40'4000'0000 [ RAM 1 … 4 GiB )
//     hppa (7.2)   0x0 [ RAM … 3 GiB )
//
// QEMU 11.1 gives more than that as a size with a line of information and goes on with the most that there is; here it is
// refused. Sources: QEMU 7.2 and 11.1, hw/hppa/machine.c, machine_HP_common_init; hw/hppa/hppa_hardware.h; windows measured.
#pragma once

#include <wirewrap/board.hpp>

namespace wirewrap::boards::hppa {

using namespace wirewrap::literals;

struct Hppa {
    static constexpr auto name = "hppa/hppa";
    static constexpr auto releases = until(7, 2);
    static constexpr unsigned address_bits = 32;
    static constexpr auto byte_order = std::endian::big;
    static constexpr auto ram = main_ram("ram", 512_MiB).accepts(at_most(3_GiB)).placed(at(0x0));
    static constexpr auto map = memory_map(
        ram_block<"firmware">(at(0xf000'0000), 8_MiB),        // FIRMWARE_START, FIRMWARE_END
        reserved<"devices">(at(0xf900'0000), 0x700'0000_B));  // ISA, LASI, Dino, fw_cfg, CPU
};

struct Hp32 {
    static constexpr unsigned address_bits = 32;
    static constexpr auto byte_order = std::endian::big;
    static constexpr auto map = memory_map(ram_block<"firmware">(at(0xf000'0000), 1_MiB));
    static constexpr auto ram_of(Bytes default_size) {
        return main_ram("hppa.ram", default_size).accepts(at_most(3840_MiB)).placed(at(0x0));
    }
};
struct Hp715 : Hp32 {
    static constexpr auto name = "hppa/715";
    static constexpr auto releases = since(11, 1);
    static constexpr auto ram = ram_of(256_MiB);
};
struct B160L : Hp32 {
    static constexpr auto name = "hppa/B160L";
    static constexpr auto releases = since(10, 0);
    static constexpr auto ram = ram_of(512_MiB);
};

struct Hp64 {
    static constexpr auto byte_order = std::endian::big;
    static constexpr auto map = memory_map(ram_block<"firmware">(at(0xffff'fff0'f000'0000), 1_MiB));
    static constexpr auto ram_of(Bytes low) {
        return main_ram("hppa.ram", 1_GiB)
            .accepts(at_most(256_GiB))
            .placed(fill(window(at(0x0), low), window(at(0x40'4000'0000), 4_GiB - low),
                         window(at(0x1'0000'0000), 252_GiB)));
    }
};
struct C3700 : Hp64 {
    static constexpr auto name = "hppa/C3700";
    static constexpr auto releases = since(10, 0);
    static constexpr auto ram = ram_of(3840_MiB);
};
struct A400 : Hp64 {
    static constexpr auto name = "hppa/A400";
    static constexpr auto releases = since(11, 1);
    static constexpr auto ram = ram_of(1_GiB);
};
static_assert(Board<Hppa> && Board<B160L> && Board<C3700> && Board<A400>);

}  // namespace wirewrap::boards::hppa
