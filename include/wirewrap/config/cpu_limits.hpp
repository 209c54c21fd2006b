// How many CPUs a machine has: at least, without -smp, at most, and on which levels they sit.
//
//     constexpr CpuLimits pc = cpu_limits("x86_64/pc-i440fx-7.2");
//     pc.most, pc.dies, pc.clusters;                                // 255, true, false
//
// Source: query-machines and -smp of QEMU 7.2 and 11.1, every machine. Where they differ for one name, 11.1 has more and is what
// is here: 7.2 has one CPU on aarch64/xilinx-zynq-a9 and sparc/leon3_generic.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include <wirewrap/config/machine_names.hpp>

namespace wirewrap::config {

struct CpuLimits {
    std::uint64_t least = 1, standard = 1, most = 1;
    bool drawers = false;  // and books
    bool dies = false;
    bool clusters = false;
    bool modules = false;
    bool threads = true;
    bool apic = false;  // CPUs are known by APIC ids, which have 8 bits
};

namespace detail {
struct CpuLimitRow {
    std::string_view machines;
    std::uint64_t least, standard, most;
};
inline constexpr std::array cpu_limit_rows{
    CpuLimitRow{"x86_64/pc-i440fx-* x86_64/pc-q35-2.4 x86_64/pc-q35-2.5 x86_64/pc-q35-2.6 x86_64/pc-q35-2.7",
                1, 1, 255},
    CpuLimitRow{"x86_64/pc-q35-9.* x86_64/pc-q35-10.* x86_64/pc-q35-11.*", 1, 1, 4096},
    CpuLimitRow{"x86_64/pc-q35-8.1 x86_64/pc-q35-8.2", 1, 1, 1024},
    CpuLimitRow{"x86_64/pc-q35-* x86_64/microvm", 1, 1, 288},
    CpuLimitRow{"aarch64/virt-2.*", 1, 1, 255},
    CpuLimitRow{"aarch64/virt-* riscv32/virt riscv64/virt", 1, 1, 512},
    CpuLimitRow{"aarch64/sbsa-ref", 1, 4, 512},
    CpuLimitRow{"aarch64/xlnx-zcu102", 1, 4, 6},
    CpuLimitRow{
        "aarch64/orangepi-pc aarch64/raspi2b aarch64/raspi3ap aarch64/raspi3b aarch64/xlnx-versal-virt "
        "aarch64/amd-versal-virt aarch64/ast2700a1-evb aarch64/ast2700a2-evb aarch64/bpim2u "
        "aarch64/npcm845-evb "
        "aarch64/raspi4b",
        4, 4, 4},
    CpuLimitRow{"aarch64/imx8mm-evk aarch64/imx8mp-evk", 1, 4, 4},
    CpuLimitRow{"aarch64/amd-versal2-virt", 18, 18, 18},
    CpuLimitRow{"aarch64/ast2700fc", 6, 6, 6},
    CpuLimitRow{"aarch64/fby35", 3, 3, 3},
    CpuLimitRow{
        "aarch64/ast2600-evb aarch64/bletchley-bmc aarch64/fby35-bmc aarch64/fuji-bmc aarch64/kudo-bmc "
        "aarch64/mori-bmc aarch64/mps2-an521 aarch64/mps3-an524 aarch64/musca-* aarch64/npcm750-evb "
        "aarch64/nuri aarch64/qcom-* aarch64/quanta-gbs-bmc aarch64/quanta-gsj aarch64/rainier-bmc "
        "aarch64/smdkc210 aarch64/tacoma-bmc aarch64/anacapa-bmc aarch64/catalina-bmc aarch64/gb200nvl-bmc",
        2, 2, 2},
    CpuLimitRow{"riscv64/microchip-icicle-kit riscv64/sifive_u", 2, 2, 5},
    CpuLimitRow{"aarch64/mcimx7d-sabre aarch64/mps3-an536 aarch64/xilinx-zynq-a9", 1, 1, 2},
    CpuLimitRow{
        "aarch64/highbank aarch64/midway aarch64/realview-eb-mpcore aarch64/realview-pbx-a9 "
        "aarch64/sabrelite aarch64/vexpress-* alpha/clipper loongarch64/virt or1k/* sparc/SS-10 sparc/SS-20 "
        "sparc/SS-600MP sparc/leon3_generic xtensa/sim",
        1, 1, 4},
    CpuLimitRow{"riscv64/spike hppa/715", 1, 1, 8},
    CpuLimitRow{"hexagon/virt riscv64/tt-atlantis", 1, 8, 8},
    CpuLimitRow{"hexagon/V66G_1024", 1, 4, 8},
    CpuLimitRow{"ppc64/mpc8544ds", 1, 1, 15},
    CpuLimitRow{"loongarch64/virt-*", 1, 1, 256},
    CpuLimitRow{"riscv64/boston-aia", 1, 1, 64},
    CpuLimitRow{"hppa/* riscv64/xiangshan-kunminghu mips64el/boston mips64el/loongson3-virt mips64el/malta",
                1, 1, 16},
    CpuLimitRow{"ppc64/ppce500 xtensa/* xtensaeb/*", 1, 1, 32},
    CpuLimitRow{"s390x/*", 1, 1, 248},
    CpuLimitRow{"ppc64/powernv*", 1, 1, 2048},
    CpuLimitRow{"ppc64/pseries-*", 1, 1, 4096}};
}  // namespace detail

/// `name`: target/machine, as a board is called. A machine that no row names has one CPU.
constexpr CpuLimits cpu_limits(std::string_view name) {
    CpuLimits limits{.drawers = named_in("s390x/*", name),
                     .dies = named_in("x86_64/pc-* x86_64/isapc", name),
                     .clusters = named_in("aarch64/virt-*", name),
                     .modules = named_in("x86_64/pc-* x86_64/isapc", name),
                     .threads = !named_in("s390x/*", name),
                     .apic = named_in("x86_64/pc-* x86_64/microvm", name)};
    for (const auto& row : detail::cpu_limit_rows) {
        if (!named_in(row.machines, name)) continue;
        limits.least = row.least;
        limits.standard = row.standard;
        limits.most = row.most;
        break;
    }
    return limits;
}

}  // namespace wirewrap::config
