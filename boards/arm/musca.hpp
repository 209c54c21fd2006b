// ARM's Musca test chips, an SSE-200 subsystem with SRAM only. QEMU ignores `-m` here; the code SRAM outside the
// subsystem stands for main RAM, since what a guest loads goes there.
//
//     static_assert(ram_verdict<boards::arm::MuscaA>(2_MiB));
//     static_assert(!ram_verdict<boards::arm::MuscaA>(128_MiB));   // what QEMU reports and the chip has not
//
//     Musca-A    0x0         [ code SRAM )   0x1000'0000 [ the same, secure )   0x2000'0000 [ 4 × 32 KiB )
//     Musca-B1   0xa40'0000  [ code SRAM )   0x1a40'0000 [ the same, secure )   0x2000'0000 [ 4 × 128 KiB )
//
// Sources: QEMU 7.2, hw/arm/musca.c, `a_mpc_info` and `b1_mpc_info` (code SRAM), hw/arm/armsse.c (SRAM of the
// subsystem; 0x1000'0000 and 0x3000'0000 show what is 256 MiB below, to secure accesses), measured with `info
// mtree`.
#pragma once

#include <wirewrap/board.hpp>

namespace wirewrap::boards::arm {

using namespace wirewrap::literals;

struct MuscaA {
    static constexpr auto name = "aarch64/musca-a";
    static constexpr auto ram = main_ram("sram", 2_MiB)
                                    .accepts(exactly(2_MiB))
                                    .placed(at(0x0))
                                    .mirrored(at(0x1000'0000), first(2_MiB));
    static constexpr auto map = memory_map(
        ram_block<"armsse.sram0">(at(0x2000'0000), 32_KiB),
        ram_block<"armsse.sram1">(at(0x2000'8000), 32_KiB),
        ram_block<"armsse.sram2">(at(0x2001'0000), 32_KiB),
        ram_block<"armsse.sram3">(at(0x2001'8000), 32_KiB),
        mirror<"sram0-secure">(block_at("armsse.sram0", 0_B, 32_KiB), at(0x3000'0000)),
        mirror<"sram1-secure">(block_at("armsse.sram1", 0_B, 32_KiB), at(0x3000'8000)),
        mirror<"sram2-secure">(block_at("armsse.sram2", 0_B, 32_KiB), at(0x3001'0000)),
        mirror<"sram3-secure">(block_at("armsse.sram3", 0_B, 32_KiB), at(0x3001'8000)));
};
static_assert(Board<MuscaA>);

struct MuscaB1 {
    static constexpr auto name = "aarch64/musca-b1";
    static constexpr auto ram = main_ram("sram", 512_KiB)
                                    .accepts(exactly(512_KiB))
                                    .placed(at(0xa40'0000))
                                    .mirrored(at(0x1a40'0000), first(512_KiB));
    static constexpr auto map = memory_map(
        ram_block<"armsse.sram0">(at(0x2000'0000), 128_KiB),
        ram_block<"armsse.sram1">(at(0x2002'0000), 128_KiB),
        ram_block<"armsse.sram2">(at(0x2004'0000), 128_KiB),
        ram_block<"armsse.sram3">(at(0x2006'0000), 128_KiB),
        mirror<"sram0-secure">(block_at("armsse.sram0", 0_B, 128_KiB), at(0x3000'0000)),
        mirror<"sram1-secure">(block_at("armsse.sram1", 0_B, 128_KiB), at(0x3002'0000)),
        mirror<"sram2-secure">(block_at("armsse.sram2", 0_B, 128_KiB), at(0x3004'0000)),
        mirror<"sram3-secure">(block_at("armsse.sram3", 0_B, 128_KiB), at(0x3006'0000)));
};
static_assert(Board<MuscaB1>);

}  // namespace wirewrap::boards::arm
