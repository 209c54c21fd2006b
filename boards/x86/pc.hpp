// QEMU's PCs: the i440FX of 1996 and the Q35 of 2009, in every version that can be had by name, and one with ISA only. RAM
// begins at 0 and goes on at 4 GiB when it reaches the hole that PCI devices need below.
//
//     0x0         0xc'0000   0x10'0000             low                  0x1'0000'0000
//      [ pc.ram … )[ ROMs )[ … pc.ram … up to `low` ) … PCI … [ BIOS )  [ the rest of pc.ram …
//
// The low part grows until it would reach `limit`, and then shrinks to `low`: both in hw/i386/pc_piix.c, pc_init1, and
// hw/i386/pc_q35.c, pc_q35_init. As at reset, and without a VGA card: RAM shows at 0xa'0000.
#pragma once

#include <boards/x86/below_4g.hpp>

namespace wirewrap::boards::x86 {

using namespace wirewrap::literals;

/// hw/i386/pc.c, pc_memory_init and x86_bios_rom_init: option ROMs, and the last 128 KiB of the BIOS once more below 1 MiB.
template <std::uint64_t BiosSize>
constexpr auto pc_map(auto option_roms) {
    constexpr Bytes bios{BiosSize};
    return memory_map(
        overlay(option_roms),
        rom<"pc.bios">(at(0x1'0000'0000 - BiosSize), bios),
        overlay(mirror<"isa-bios">(block_at("pc.bios", bios - 128_KiB, 128_KiB), at(0xe'0000))));
}

template <unsigned... Version>
struct PcI440fx {
    static constexpr auto version = machine_version(Version...);
    static constexpr auto name = versioned<"x86_64/pc-i440fx", Version...>;
    static constexpr auto alias = family_alias("pc", version);
    static constexpr auto releases = version_releases(
        version, version < machine_version(2, 0)   ? qemu_release(8, 1)  // docs/about/removed-features.rst, up to
                 : version < machine_version(2, 4) ? qemu_release(9, 0)  // 9.1
                                                   : qemu_release(10, 0));
    static constexpr unsigned address_bits = 40;  // TCG: target/i386/cpu.h, TCG_PHYS_ADDR_BITS
    static constexpr auto placement =
        version >= machine_version(2, 0) ? Below4G{.limit = 0xe000'0000_B, .low = 0xc000'0000_B}
                                         : Below4G{.limit = 0xe000'0000_B, .low = 0xe000'0000_B};
    // hw/i386/pc.c, pc_max_used_gpa: RAM up to a whole GiB and a PCI window of 2 GiB after it end within 40 bits; since
    // 7.1 below AMD's HyperTransport range, 1012 GiB.
    static constexpr Bytes most = version >= machine_version(7, 1)   ? 1009_GiB
                                  : version >= machine_version(2, 0) ? 1021_GiB
                                                                     : 1021_GiB + 512_MiB;
    static constexpr auto ram = main_ram("pc.ram", 128_MiB).accepts(at_most(most)).placed(placement);
    static constexpr auto map =  // bios-256k.bin since 2.0: measured
        pc_map<version >= machine_version(2, 0) ? 0x4'0000 : 0x2'0000>(rom<"pc.rom">(at(0xc'0000), 128_KiB));
};

template <unsigned... Version>
struct PcQ35 {
    static constexpr auto version = machine_version(Version...);
    static constexpr auto name = versioned<"x86_64/pc-q35", Version...>;
    static constexpr auto alias = family_alias("q35", version);
    static constexpr auto releases = version_releases(version);
    static constexpr unsigned address_bits = 40;  // TCG: target/i386/cpu.h, TCG_PHYS_ADDR_BITS
    // As for the i440FX, with a PCI window of 32 GiB.
    static constexpr Bytes most = version >= machine_version(7, 1) ? 978_GiB : 990_GiB;
    static constexpr auto ram = main_ram("pc.ram", 128_MiB)
                                    .accepts(at_most(most))
                                    .placed(Below4G{.limit = 0xb000'0000_B, .low = 0x8000'0000_B, .moves = false});
    static constexpr auto map = pc_map<0x4'0000>(rom<"pc.rom">(at(0xc'0000), 128_KiB));
};

/// 10.0, whose 486 has 32 address bits, and hw/i386/isapc.c of 11.1 both refuse what would lie above 4 GiB; 7.2 takes any size.
template <QemuRelease As>
struct IsaPcAsOf {
    static constexpr auto name = "x86_64/isapc";
    static constexpr bool low_only = As >= qemu_release(10, 0);
    static constexpr auto releases = low_only ? since(10, 0) : until(7, 2);
    static constexpr auto ram = main_ram("pc.ram", 128_MiB)
                                    .accepts(at_most(low_only ? 3584_MiB : rule::largest))
                                    .placed(Below4G{.limit = 0xe000'0000_B, .low = 0xe000'0000_B});
    static constexpr auto map = pc_map<0x2'0000>(ram_block<"pc.rom">(at(0xc'0000), 128_KiB));  // writable without PCI
};
using IsaPc = IsaPcAsOf<newest_qemu>;

}  // namespace wirewrap::boards::x86
