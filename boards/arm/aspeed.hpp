// Boards with an Aspeed BMC: AST2400, AST2500, AST2600 and AST2700, and those with an AST1030, AST1040 or AST1060, which have
// no DRAM of their own.
//
//     static_assert(ram_verdict<boards::arm::Ast2600Evb>(2_GiB));
//     ram_verdict<boards::arm::Ast2600Evb>(2049_MiB).reason();
//     // "… accepts 256 MiB, 512 MiB, 1 GiB or 2 GiB of RAM, not 2049 MiB; use 2 GiB"
//
//     AST2400              0x4000'0000 [ RAM … 512 MiB )
//     AST2500, AST2600     0x8000'0000 [ RAM … 1 GiB, 2 GiB )
//     AST2700              0x4'0000'0000 [ RAM … 8 GiB )
//
// The SDRAM controller has a field of two bits for the size, so four sizes exist. Sources: QEMU 7.2 and 11.1,
// hw/misc/aspeed_sdmc.c (sizes), hw/arm/aspeed_ast2400.c and aspeed_ast2600.c (addresses), hw/arm/aspeed.c
// (defaults, one class a board).
#pragma once

#include <wirewrap/board.hpp>

namespace wirewrap::boards::arm {

using namespace wirewrap::literals;

namespace aspeed {

constexpr auto ast2400_ram(Bytes default_size) {
    return main_ram("ram", default_size)
        .accepts(one_of(64_MiB, 128_MiB, 256_MiB, 512_MiB))
        .placed(at(0x4000'0000));
}
constexpr auto ast2500_ram(Bytes default_size) {
    return main_ram("ram", default_size)
        .accepts(one_of(128_MiB, 256_MiB, 512_MiB, 1_GiB))
        .placed(at(0x8000'0000));
}
constexpr auto ast2600_ram(Bytes default_size) {
    return main_ram("ram", default_size)
        .accepts(one_of(256_MiB, 512_MiB, 1_GiB, 2_GiB))
        .placed(at(0x8000'0000));
}

/// The size is a field of three bits here.
constexpr auto ast2700_ram(Bytes default_size) {
    return main_ram("ram", default_size)
        .accepts(one_of(256_MiB, 512_MiB, 1_GiB, 2_GiB, 4_GiB, 8_GiB))
        .placed(at(0x4'0000'0000));
}

}  // namespace aspeed

struct PalmettoBmc {
    static constexpr auto name = "aarch64/palmetto-bmc";
    static constexpr auto ram = aspeed::ast2400_ram(256_MiB);
};

struct QuantaQ71lBmc {
    static constexpr auto name = "aarch64/quanta-q71l-bmc";
    static constexpr auto ram = aspeed::ast2400_ram(128_MiB);
};

struct Supermicrox11Bmc {
    static constexpr auto name = "aarch64/supermicrox11-bmc";
    static constexpr auto ram = aspeed::ast2400_ram(256_MiB);
};

struct Ast2500Evb {
    static constexpr auto name = "aarch64/ast2500-evb";
    static constexpr auto ram = aspeed::ast2500_ram(512_MiB);
};

struct RomulusBmc {
    static constexpr auto name = "aarch64/romulus-bmc";
    static constexpr auto ram = aspeed::ast2500_ram(512_MiB);
};

struct SonorapassBmc {
    static constexpr auto name = "aarch64/sonorapass-bmc";
    static constexpr auto releases = until(11, 0);
    static constexpr auto ram = aspeed::ast2500_ram(512_MiB);
};

struct WitherspoonBmc {
    static constexpr auto name = "aarch64/witherspoon-bmc";
    static constexpr auto ram = aspeed::ast2500_ram(512_MiB);
};

struct Fp5280g2Bmc {
    static constexpr auto name = "aarch64/fp5280g2-bmc";
    static constexpr auto releases = until(11, 0);
    static constexpr auto ram = aspeed::ast2500_ram(512_MiB);
};

struct G220aBmc {
    static constexpr auto name = "aarch64/g220a-bmc";
    static constexpr auto ram = aspeed::ast2500_ram(1_GiB);
};

struct TiogapassBmc {
    static constexpr auto name = "aarch64/tiogapass-bmc";
    static constexpr auto releases = since(10, 0);
    static constexpr auto ram = aspeed::ast2500_ram(1_GiB);
};

struct Yosemitev2Bmc {
    static constexpr auto name = "aarch64/yosemitev2-bmc";
    static constexpr auto releases = since(10, 0);
    static constexpr auto ram = aspeed::ast2500_ram(512_MiB);
};

struct SupermicroX11spiBmc {
    static constexpr auto name = "aarch64/supermicro-x11spi-bmc";
    static constexpr auto releases = since(10, 0);
    static constexpr auto ram = aspeed::ast2500_ram(512_MiB);
};

struct Ast2600Evb {
    static constexpr auto name = "aarch64/ast2600-evb";
    static constexpr auto ram = aspeed::ast2600_ram(1_GiB);
};

struct TacomaBmc {
    static constexpr auto name = "aarch64/tacoma-bmc";
    static constexpr auto releases = until(9, 2);
    static constexpr auto ram = aspeed::ast2600_ram(1_GiB);
};

struct RainierBmc {
    static constexpr auto name = "aarch64/rainier-bmc";
    static constexpr auto ram = aspeed::ast2600_ram(1_GiB);
};

struct QcomDcScmV1Bmc {
    static constexpr auto name = "aarch64/qcom-dc-scm-v1-bmc";
    static constexpr auto releases = until(11, 0);
    static constexpr auto ram = aspeed::ast2600_ram(1_GiB);
};

struct QcomFireworkBmc {
    static constexpr auto name = "aarch64/qcom-firework-bmc";
    static constexpr auto releases = until(11, 0);
    static constexpr auto ram = aspeed::ast2600_ram(1_GiB);
};

// QEMU gives the next three 1 GiB on hosts of 32 bits.
struct FujiBmc {
    static constexpr auto name = "aarch64/fuji-bmc";
    static constexpr auto ram = aspeed::ast2600_ram(2_GiB);
};

struct BletchleyBmc {
    static constexpr auto name = "aarch64/bletchley-bmc";
    static constexpr auto ram = aspeed::ast2600_ram(2_GiB);
};

struct Fby35Bmc {
    static constexpr auto name = "aarch64/fby35-bmc";
    static constexpr auto ram = aspeed::ast2600_ram(2_GiB);
};

struct CatalinaBmc {
    static constexpr auto name = "aarch64/catalina-bmc";
    static constexpr auto releases = since(11, 1);
    static constexpr auto ram = aspeed::ast2600_ram(2_GiB);
};

struct AnacapaBmc {
    static constexpr auto name = "aarch64/anacapa-bmc";
    static constexpr auto releases = since(11, 1);
    static constexpr auto ram = aspeed::ast2600_ram(2_GiB);
};

struct Gb200nvlBmc {
    static constexpr auto name = "aarch64/gb200nvl-bmc";
    static constexpr auto releases = since(11, 1);
    static constexpr auto ram = aspeed::ast2600_ram(1_GiB);
};

// The 64-bit AST2700, in two revisions: hw/arm/aspeed_ast27x0.c (address, SRAM), aspeed_ast27x0_evb.c (default sizes).
struct Ast2700a1Evb {
    static constexpr auto name = "aarch64/ast2700a1-evb";
    static constexpr auto releases = since(10, 0);
    static constexpr auto ram = aspeed::ast2700_ram(1_GiB);
    static constexpr auto map = memory_map(
        ram_block<"aspeed.vbootrom">(at(0x0), 128_KiB),
        ram_block<"aspeed.sram.0">(at(0x1000'0000), 128_KiB));
};

struct Ast2700a2Evb {
    static constexpr auto name = "aarch64/ast2700a2-evb";
    static constexpr Alias alias{"ast2700-evb", since(11, 1)};  // 10.0: of ast2700a0-evb
    static constexpr auto releases = since(11, 1);
    static constexpr auto ram = aspeed::ast2700_ram(2_GiB);
    static constexpr auto map = Ast2700a1Evb::map;
};

/// An AST2700 with its two coprocessors, whose own RAM is not here. QEMU ignores `-m`.
struct Ast2700fc {
    static constexpr auto name = "aarch64/ast2700fc";
    static constexpr auto releases = since(11, 1);
    static constexpr auto ram = main_ram("ca35-dram", 2_GiB)  // hw/arm/aspeed_ast27x0-fc.c, AST2700FC_BMC_RAM_SIZE
                                    .accepts(exactly(2_GiB))
                                    .placed(at(0x4'0000'0000));
    static constexpr auto map = Ast2700a1Evb::map;
};

/// No DRAM at all: what QEMU allocates for `-m` on this board appears nowhere, so here no size is accepted.
struct Ast1030Evb {
    static constexpr auto name = "aarch64/ast1030-evb";
    static constexpr auto ram = main_ram("ram", 0_B).accepts(exactly(0_B)).placed(nowhere);
    static constexpr auto map = memory_map(
        ram_block<"aspeed.sram.0">(at(0x0), 768_KiB));  // hw/arm/aspeed_ast10x0.c: all the memory there is
};

/// The same with other memory: hw/arm/aspeed_ast1040.c, flat view measured.
struct Ast1040Evb {
    static constexpr auto name = "aarch64/ast1040-evb";
    static constexpr auto releases = since(11, 1);
    static constexpr auto ram = main_ram("ram", 0_B).accepts(exactly(0_B)).placed(nowhere);
    static constexpr auto map = memory_map(
        ram_block<"aspeed.hyperram.0">(at(0x0), 16_MiB),
        ram_block<"aspeed.sram.0">(at(0x74b8'0000), 128_KiB));
};

/// The same again, but for a default: 128 MiB that appear nowhere.
struct Ast1060Evb {
    static constexpr auto name = "aarch64/ast1060-evb";
    static constexpr auto releases = since(11, 1);
    static constexpr auto ram = main_ram("ram", 128_MiB).accepts(exactly(128_MiB)).placed(nowhere);
    static constexpr auto map = memory_map(
        ram_block<"aspeed.sram.0">(at(0x0), 768_KiB),
        ram_block<"sec.sram">(at(0x7900'0000), 256_KiB));
};

/// An AST2600 and an AST1030 on one board; what is here is the first one's. QEMU ignores `-m`.
struct Fby35 {
    static constexpr auto name = "aarch64/fby35";
    static constexpr auto releases = until(11, 0);
    static constexpr auto ram = main_ram("bmc-dram", 2_GiB)  // hw/arm/fby35.c, `fby35_bmc_init`
                                    .accepts(exactly(2_GiB))
                                    .placed(at(0x8000'0000));
    static constexpr auto map = memory_map(
        ram_block<"aspeed.sram.0">(at(0x1000'0000), 89_KiB));  // hw/arm/aspeed_ast2600.c
};

// One of each kind; the rest differ in name or size.
static_assert(Board<PalmettoBmc> && Board<Ast2500Evb> && Board<Ast2600Evb> && Board<Ast1030Evb> && Board<Fby35>);
static_assert(Board<Ast2700a1Evb> && Board<Ast2700fc> && Board<Ast1060Evb>);

}  // namespace wirewrap::boards::arm
