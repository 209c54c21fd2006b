// QEMU's two boards with Infineon TriCore microcontrollers: the AURIX TC277 starter kit and a test board. Memory is spread
// over many blocks of fixed size; main RAM is the largest that is no flash.
//
//     auto machine = Machine<boards::tricore::Testboard, hostmem::Anonymous>::create({});
//
//     testboard   0x8000'0000       0xa100'0000         0xd000'0000   0xd400'0000   0xf005'0000
//                  [ code RAM, 2M )  [ RAM, 4M )         [ data )      [ code )      [ PCP data, text )
//     TC277       0x5000'0000 …     0x9000'0000         0x9f00'0000   0xb000'0000   0xbf00'0000
//                  [ scratchpads )   [ LMU RAM )         [ RAM, 1M )   [ LMU again ) [ RAM again )
//
// Source: QEMU 7.2, hw/tricore/tricore_testboard.c and hw/tricore/tc27x_soc.c. QEMU ignores every `-m` and reports a RAM of
// 128 MiB; here the RAM is what is built in, under the blocks' names in QEMU. Of the TC277, flash, caches and their tags
// are not here.
#pragma once

#include <wirewrap/board.hpp>

namespace wirewrap::boards::tricore {

using namespace wirewrap::literals;

struct Testboard {
    static constexpr auto name = "tricore/tricore_testboard";
    static constexpr auto ram = main_ram("powerlink_ext_d.ram", 4_MiB)
                                    .accepts(exactly(4_MiB))
                                    .placed(at(0xa100'0000));
    static constexpr auto map = memory_map(
        ram_block<"powerlink_ext_c.ram">(at(0x8000'0000), 2_MiB),
        ram_block<"powerlink_int_d.ram">(at(0xd000'0000), 48_KiB),
        ram_block<"powerlink_int_c.ram">(at(0xd400'0000), 48_KiB),
        ram_block<"powerlink_pcp_data.ram">(at(0xf005'0000), 16_KiB),
        ram_block<"powerlink_pcp_text.ram">(at(0xf006'0000), 32_KiB));
};
static_assert(Board<Testboard>);

struct KitAurixTc277 {
    static constexpr auto name = "tricore/KIT_AURIX_TC277_TRB";
    static constexpr auto ram = main_ram("EMEM", 1_MiB)  // tc27x_memmap
                                    .accepts(exactly(1_MiB))
                                    .placed(at(0x9f00'0000))
                                    .mirrored(at(0xbf00'0000), first(1_MiB));  // past the caches
    static constexpr auto map = memory_map(
        ram_block<"CPU2.DSPR">(at(0x5000'0000), 120_KiB),
        ram_block<"CPU2.PSPR">(at(0x5010'0000), 32_KiB),
        ram_block<"CPU1.DSPR">(at(0x6000'0000), 120_KiB),
        ram_block<"CPU1.PSPR">(at(0x6010'0000), 32_KiB),
        ram_block<"CPU0.DSPR">(at(0x7000'0000), 112_KiB),
        ram_block<"CPU0.PSPR">(at(0x7010'0000), 24_KiB),
        ram_block<"OLDA">(at(0x8fe7'0000), 32_KiB),
        ram_block<"LMURAM">(at(0x9000'0000), 32_KiB),
        mirror<"OLDA-uncached">(block_at("OLDA", 0_B, 32_KiB), at(0xafe7'0000)),
        mirror<"LMURAM-uncached">(block_at("LMURAM", 0_B, 32_KiB), at(0xb000'0000)),
        mirror<"PSPR-local">(block_at("CPU0.PSPR", 0_B, 24_KiB), at(0xc000'0000)),
        mirror<"DSPR-local">(block_at("CPU0.DSPR", 0_B, 112_KiB), at(0xd000'0000)));
};
static_assert(Board<KitAurixTc277>);

}  // namespace wirewrap::boards::tricore
