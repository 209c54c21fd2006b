// Memory that QEMU's boards have beside main RAM and beside what the maps of this library's boards list: SRAM, flash and
// caches of the chip. It is in every stream of such a board.
//
//     static_assert(is_board_memory("aarch64/npcm750-evb", "ram2"));
//     static_assert(!is_board_memory("x86_64/pc-q35-7.2", "ram2"));      // there it can only be a memory device's
//
// Source: the RAM blocks that QEMU 7.2.22 and 11.1 list for their machines, tests/data. What the name of a block says
// by itself (`boston.flash`, `sun4m.prom`) is not repeated here, see device_memory.hpp.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <string_view>

#include <wirewrap/base/language.hpp>

namespace wirewrap::qemu {

namespace detail {

/// Boards by their names, or by how the names begin, which a star says; both lists are separated by `|`.
struct BoardMemory {
    std::string_view boards, blocks;
};

constexpr bool one_of(std::string_view list, auto matches) {
    while (!list.empty()) {
        const std::size_t end = std::min(list.find('|'), list.size());
        if (matches(list.substr(0, end))) return true;
        list.remove_prefix(std::min(end + 1, list.size()));
    }
    return false;
}

inline constexpr std::array board_memory{
    BoardMemory{"x86_64/pc*|i386/pc*", "system.flash0|system.flash1|isa-bios"},
    BoardMemory{"*/virt|*/virt-*", "virt.flash0|virt.flash1"},
    BoardMemory{"aarch64/cubieboard", "sram A"},
    BoardMemory{"aarch64/orangepi-pc", "sram A1|sram A2|sram C"},
    BoardMemory{"aarch64/bpim2u", "sram A1|sram A2|sram A3|sram A4"},
    BoardMemory{"aarch64/*-bmc|aarch64/ast*-evb|aarch64/fby35*", "aspeed.sram.0|aspeed.sram.2|sec.sram"},
    BoardMemory{"aarch64/ast2700*", "aspeed.ioexp-sram.0|aspeed.ioexp-sram.1|aspeed.sram.0|aspeed.vbootrom|"
                                    "aspeed.sdram.4|aspeed.sdram.5"},
    BoardMemory{"aarch64/npcm750-evb|aarch64/quanta-*|aarch64/kudo-bmc|aarch64/mori-bmc", "ram2|ram3"},
    BoardMemory{"aarch64/imx25-pdk", "imx25.iram"},
    BoardMemory{"aarch64/kzm", "imx31.iram"},
    BoardMemory{"aarch64/mcimx6ul-evk", "imx6ul.ocram|imx6ul.caam"},
    BoardMemory{"aarch64/mcimx7d-sabre", "imx7.ocram|imx7.ocram_epdc|imx7.ocram_pxp|imx7.ocram_s|imx7.caam"},
    BoardMemory{"aarch64/sabrelite", "imx6.ocram|imx6.caam"},
    BoardMemory{"aarch64/mps2-*", "mps.ssram1|mps.ssram23|mps.blockram|mps.sram|ssram-0|ssram-1|ssram-2"},
    BoardMemory{"aarch64/mps2-*|aarch64/mps3-*", "armsse.sram0|armsse.sram1|armsse.sram2|armsse.sram3"},
    BoardMemory{"aarch64/mps3-*", "QSPI|bram|sram|sram 2|sse300-itcm|sse300-dtcm"},
    BoardMemory{"aarch64/mps3-an536", "ATCM|ATCM0|BTCM0|CTCM0|ATCM1|BTCM1|CTCM1|cpu-0-memory"},
    BoardMemory{"aarch64/musca-*", "qspi"},
    BoardMemory{"aarch64/n800|aarch64/n810", "omap2.sram|onenand.ram"},
    BoardMemory{"aarch64/sx1*|aarch64/cheetah", "omap1.sram"},
    BoardMemory{"aarch64/sbsa-ref", "sbsa-ref.secure-ram"},
    BoardMemory{"aarch64/netduinoplus2", "STM32F405.ccm"},
    BoardMemory{"aarch64/collie", "collie.fl1|collie.fl2"},
    BoardMemory{"aarch64/vexpress-*", "vexpress.sram|vexpress.a15sram"},
    BoardMemory{"aarch64/xilinx-zynq-a9", "zynq.ocm_ram"},
    BoardMemory{"aarch64/xlnx-zcu102",
                "zynqmp.ocm_ram_bank_0|zynqmp.ocm_ram_bank_1|zynqmp.ocm_ram_bank_2|zynqmp.ocm_ram_bank_3"},
    BoardMemory{"aarch64/xlnx-versal-virt|aarch64/amd-versal-virt|aarch64/amd-versal2-virt",
                "xram[0]|xram[1]|xram[2]|xram[3]|ocm"},
    BoardMemory{"avr/*", "sram-as-io"},
    BoardMemory{"microblaze/petalogix-ml605", "petalogix_ml605.lmb_bram"},
    BoardMemory{"microblaze/petalogix-s3adsp1800",
                "petalogix_s3adsp1800.lmb_bram|ethlite.tx[0]buf|ethlite.rx[0]buf|ethlite.tx[1]buf|"
                "ethlite.rx[1]buf"},
    BoardMemory{"riscv64/amd-microblaze-v-generic",
                "ethlite.tx[0]buf|ethlite.rx[0]buf|ethlite.tx[1]buf|ethlite.rx[1]buf"},
    BoardMemory{"nios2/*", "nios2.tcm"},
    BoardMemory{"ppc64/powernv*", "homer-chip0-memory"},
    BoardMemory{"ppc64/ref405ep", "ref405ep.sram|ppc405.ocm"},
    BoardMemory{"ppc64/sam460ex",
                "ppc440.l2cache_ram|ppc4xx.l2sram_bank0|ppc4xx.l2sram_bank1|ppc4xx.l2sram_bank2|"
                "ppc4xx.l2sram_bank3"},
    BoardMemory{"riscv64/microchip-icicle-kit",
                "microchip.pfsoc.l2lim|microchip.pfsoc.qspi_xip|microchip.pfsoc.envm.data|"
                "microchip.pfsoc.e51_dtim_mem|microchip.pfsoc.rsvd0_mem"},
    BoardMemory{"riscv*/sifive_e", "riscv.sifive.e.xip"},
    BoardMemory{"riscv*/sifive_u", "riscv.sifive.u.l2lim"},
    BoardMemory{"rx/*", "iram"},
    BoardMemory{"sh4/r2d", "sm501.local"},
    BoardMemory{"sparc/*", "sun4m.idreg|sun4m.afx"},
    BoardMemory{"sparc64/niagara", "sun4v-hv.ram"},
    BoardMemory{"tricore/*",
                "PF0|PF1|DF0|DF1|BROM|CPU2.DCACHE|CPU2.DTAG|CPU2.PCACHE|CPU2.PTAG|CPU1.DCACHE|CPU1.DTAG|"
                "CPU1.PCACHE|CPU1.PTAG|CPU0.PCACHE|CPU0.PTAG"},
    BoardMemory{"xtensa/*", "xtensa.sysrom0|xtensa.instram0|xtensa.dataram0"},
};

}  // namespace detail

/// `pattern` is `name`, up to one star that stands for any text.
constexpr bool matches_board(std::string_view pattern, std::string_view name) {
    const std::size_t star = pattern.find('*');
    if (star == pattern.npos) return pattern == name;
    const std::string_view begin = pattern.substr(0, star), rest = pattern.substr(star + 1);
    if (!name.starts_with(begin)) return false;
    name.remove_prefix(begin.size());
    // The rest may have a star of its own: "*/virt-*".
    for (std::size_t skipped = 0; skipped <= name.size(); ++skipped)
        if (rest.empty() || matches_board(rest, name.substr(skipped))) return true;
    return false;
}

/// Whether the board of this name has the block in every stream, beside its main RAM.
constexpr bool is_board_memory(std::string_view board, std::string_view id) {
    return std::ranges::any_of(detail::board_memory, [&](const detail::BoardMemory& memory) {
        return detail::one_of(memory.boards,
                              [&](std::string_view pattern) { return matches_board(pattern, board); }) &&
               detail::one_of(memory.blocks, [&](std::string_view block) { return block == id; });
    });
}

}  // namespace wirewrap::qemu
