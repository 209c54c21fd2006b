// Boards with a Freescale i.MX. The SDRAM controller of the i.MX25 and the i.MX31 has two banks of 256 MiB; a
// bank that is not full shows its RAM once more, for it does not decode the upper address lines.
//
//     imx::TwoBanks{}.windows(128_MiB);   // [0x80000000, 0x88000000), and again as [0x88000000, 0x90000000)
//
//     128 MiB   0x8000'0000 [ RAM )[ RAM again )                                0x9000'0000
//     384 MiB   0x8000'0000 [ RAM 0 … 256 MiB )[ RAM 256 … 384 MiB )[ the same 128 MiB again )   0xa000'0000
//
// Sources: QEMU 7.2 and 11.1, hw/arm/imx25_pdk.c, kzm.c, mcimx6ul-evk.c, mcimx7d-sabre.c, sabrelite.c, imx8mm-evk.c,
// imx8mp-evk.c, and include/hw/arm/fsl-imx*.h for addresses. The i.MX6, i.MX7 and i.MX8 boards have one window, and no more
// RAM than it takes.
#pragma once

#include <algorithm>

#include <wirewrap/board.hpp>

namespace wirewrap::boards::arm {

using namespace wirewrap::literals;

namespace imx {

/// RAM from 0x8000'0000 on, and once more behind it up to the end of the bank that it does not fill. QEMU's
/// mirror goes on to the end of the bank even where the RAM behind it is shorter, and shows nothing there; this
/// one ends with the RAM.
struct TwoBanks {
    static constexpr GuestAddress first_bank = at(0x8000'0000);  // FSL_IMX25_SDRAM0_ADDR, FSL_IMX31_SDRAM0_ADDR
    static constexpr Bytes bank_size = 256_MiB;                  // FSL_IMX25_SDRAM0_SIZE, FSL_IMX31_SDRAM0_SIZE

    constexpr GuestAddress base() const { return first_bank; }
    constexpr RamWindows windows(Bytes size) const {
        RamWindows result;
        result.push_back({first_bank, size, 0_B});
        const Bytes in_last_bank = size % bank_size;
        if (in_last_bank != 0_B)
            result.push_back({first_bank + size, std::min(in_last_bank, bank_size - in_last_bank),
                              size - in_last_bank, true});
        return result;
    }
};

}  // namespace imx

struct Imx25Pdk {
    static constexpr auto name = "aarch64/imx25-pdk";
    static constexpr auto ram = main_ram("imx25.ram", 128_MiB)
                                    .accepts(at_most(512_MiB))
                                    .placed(imx::TwoBanks{});
};
static_assert(Board<Imx25Pdk>);

struct Kzm {
    static constexpr auto name = "aarch64/kzm";
    static constexpr auto ram = main_ram("kzm.ram", 128_MiB)
                                    .accepts(at_most(512_MiB))
                                    .placed(imx::TwoBanks{});
};
static_assert(Board<Kzm>);

struct Mcimx6ulEvk {
    static constexpr auto name = "aarch64/mcimx6ul-evk";
    static constexpr auto ram = main_ram("mcimx6ul-evk.ram", 128_MiB)
                                    .accepts(at_most(2_GiB))  // FSL_IMX6UL_MMDC_SIZE
                                    .placed(at(0x8000'0000));
};
static_assert(Board<Mcimx6ulEvk>);

struct Mcimx7dSabre {
    static constexpr auto name = "aarch64/mcimx7d-sabre";
    static constexpr auto ram = main_ram("mcimx7d-sabre.ram", 128_MiB)
                                    .accepts(at_most(2_GiB))  // FSL_IMX7_MMDC_SIZE
                                    .placed(at(0x8000'0000));
};
static_assert(Board<Mcimx7dSabre>);

struct Sabrelite {
    static constexpr auto name = "aarch64/sabrelite";
    static constexpr auto ram = main_ram("sabrelite.ram", 128_MiB)
                                    .accepts(at_most(3840_MiB))  // FSL_IMX6_MMDC_SIZE: from 0x1000'0000 to 4 GiB
                                    .placed(at(0x1000'0000));
};
static_assert(Board<Sabrelite>);

struct Imx8mmEvk {
    static constexpr auto name = "aarch64/imx8mm-evk";
    static constexpr auto releases = since(11, 1);
    static constexpr auto ram = main_ram("imx8mm-evk.ram", 2_GiB)
                                    .accepts(at_most(4_GiB))  // FSL_IMX8MM_RAM_SIZE_MAX
                                    .placed(at(0x4000'0000));
    static constexpr auto map = memory_map(ram_block<"imx8mm.ocram">(at(0x90'0000), 256_KiB));
};

struct Imx8mpEvk {
    static constexpr auto name = "aarch64/imx8mp-evk";
    static constexpr auto releases = since(10, 0);
    static constexpr auto ram = main_ram("imx8mp-evk.ram", 6_GiB)
                                    .accepts(at_most(8_GiB))  // FSL_IMX8MP_RAM_SIZE_MAX
                                    .placed(at(0x4000'0000));
    static constexpr auto map = memory_map(ram_block<"imx8mp.ocram">(at(0x90'0000), 576_KiB));
};
static_assert(Board<Imx8mmEvk> && Board<Imx8mpEvk>);

}  // namespace wirewrap::boards::arm
