// Samsung's NURI and SMDKC210 boards with an Exynos 4210 and 1 GiB of RAM. QEMU ignores `-m` here.
//
//     static_assert(ram_verdict<boards::arm::Smdkc210>(1_GiB));
//     static_assert(!ram_verdict<boards::arm::Smdkc210>(512_MiB));
//
//     0x0 [ boot ROM )   0x202'0000 [ SRAM 128 KiB )   0x4000'0000 [ RAM 1 GiB )
//
// Sources: QEMU 7.2, hw/arm/exynos4_boards.c, `exynos4_board_ram_size`; include/hw/arm/exynos4210.h,
// EXYNOS4210_DRAM0_BASE_ADDR and EXYNOS4210_IRAM_BASE_ADDR.
#pragma once

#include <wirewrap/board.hpp>

namespace wirewrap::boards::arm {

using namespace wirewrap::literals;

namespace exynos {

constexpr auto ram() { return main_ram("exynos4210.dram0", 1_GiB).accepts(exactly(1_GiB)).placed(at(0x4000'0000)); }
constexpr auto map() {
    return memory_map(
        rom<"exynos4210.irom">(at(0x0), 64_KiB),
        mirror<"irom-alias">(block_at("exynos4210.irom", 0_B, 64_KiB), at(0x200'0000)),
        ram_block<"exynos4210.iram">(at(0x202'0000), 128_KiB));
}

}  // namespace exynos

struct Nuri {
    static constexpr auto name = "aarch64/nuri";
    static constexpr auto ram = exynos::ram();
    static constexpr auto map = exynos::map();
};

struct Smdkc210 {
    static constexpr auto name = "aarch64/smdkc210";
    static constexpr auto ram = exynos::ram();
    static constexpr auto map = exynos::map();
};

// One of each kind; the rest differ in name or size.
static_assert(Board<Nuri>);

}  // namespace wirewrap::boards::arm
