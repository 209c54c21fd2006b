// Boards with an Aspeed BMC: AST2400, AST2500 and AST2600, and two with the AST1030, which has no DRAM of its own.
//
//     static_assert(ram_verdict<boards::arm::Ast2600Evb>(2_GiB));
//     ram_verdict<boards::arm::Ast2600Evb>(2049_MiB).reason();
//     // "… accepts 256 MiB, 512 MiB, 1 GiB or 2 GiB of RAM, not 2049 MiB; use 2 GiB"
//
//     AST2400              0x4000'0000 [ RAM … 512 MiB )
//     AST2500, AST2600     0x8000'0000 [ RAM … 1 GiB, 2 GiB )
//
// The SDRAM controller has a field of two bits for the size, so four sizes exist. Sources: QEMU 7.2,
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
    static constexpr auto ram = aspeed::ast2500_ram(512_MiB);
};

struct WitherspoonBmc {
    static constexpr auto name = "aarch64/witherspoon-bmc";
    static constexpr auto ram = aspeed::ast2500_ram(512_MiB);
};

struct Fp5280g2Bmc {
    static constexpr auto name = "aarch64/fp5280g2-bmc";
    static constexpr auto ram = aspeed::ast2500_ram(512_MiB);
};

struct G220aBmc {
    static constexpr auto name = "aarch64/g220a-bmc";
    static constexpr auto ram = aspeed::ast2500_ram(1_GiB);
};

struct Ast2600Evb {
    static constexpr auto name = "aarch64/ast2600-evb";
    static constexpr auto ram = aspeed::ast2600_ram(1_GiB);
};

struct TacomaBmc {
    static constexpr auto name = "aarch64/tacoma-bmc";
    static constexpr auto ram = aspeed::ast2600_ram(1_GiB);
};

struct RainierBmc {
    static constexpr auto name = "aarch64/rainier-bmc";
    static constexpr auto ram = aspeed::ast2600_ram(1_GiB);
};

struct QcomDcScmV1Bmc {
    static constexpr auto name = "aarch64/qcom-dc-scm-v1-bmc";
    static constexpr auto ram = aspeed::ast2600_ram(1_GiB);
};

struct QcomFireworkBmc {
    static constexpr auto name = "aarch64/qcom-firework-bmc";
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

/// No DRAM at all: what QEMU allocates for `-m` on this board appears nowhere, so here no size is accepted.
struct Ast1030Evb {
    static constexpr auto name = "aarch64/ast1030-evb";
    static constexpr auto ram = main_ram("ram", 0_B).accepts(exactly(0_B)).placed(nowhere);
    static constexpr auto map = memory_map(
        ram_block<"aspeed.sram.0">(at(0x0), 768_KiB));  // hw/arm/aspeed_ast10x0.c: all the memory there is
};

/// An AST2600 and an AST1030 on one board; what is here is the first one's. QEMU ignores `-m`.
struct Fby35 {
    static constexpr auto name = "aarch64/fby35";
    static constexpr auto ram = main_ram("bmc-dram", 2_GiB)  // hw/arm/fby35.c, `fby35_bmc_init`
                                    .accepts(exactly(2_GiB))
                                    .placed(at(0x8000'0000));
    static constexpr auto map = memory_map(
        ram_block<"aspeed.sram.0">(at(0x1000'0000), 89_KiB));  // hw/arm/aspeed_ast2600.c
};

// One of each kind; the rest differ in name or size.
static_assert(Board<PalmettoBmc> && Board<Ast2500Evb> && Board<Ast2600Evb> && Board<Ast1030Evb> && Board<Fby35>);

}  // namespace wirewrap::boards::arm
