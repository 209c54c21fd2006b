// QEMU's boards with PowerPC 4xx processors of IBM and AMCC. Their SDRAM controllers take a few banks of fixed sizes; a
// RAM size is legal when it fills banks exactly.
//
//     auto machine = Machine<boards::ppc::Bamboo, hostmem::Anonymous>::create({.ram_size = 384_MiB});
//     // 257 MiB: "ppc64/bamboo accepts up to 4 banks of 256 MiB, 128 MiB, … or 4 MiB of RAM, not 257 MiB; use 256 MiB …"
//
//     0x0         0x1000'0000
//      [ bank 0 )  [ bank 1 ) …                                                              384 MiB: 256 and 128
//
// Source: QEMU 7.2, hw/ppc/ppc4xx_sdram.c: ppc4xx_sdram_banks(), and the file named. The banks follow one another from 0,
// so that RAM is one window. On the ref405ep nothing is there until firmware programs the controller; this is the state
// after that, measured with a kernel.
#pragma once

#include <bit>

#include <wirewrap/board.hpp>

namespace wirewrap::boards::ppc {

using namespace wirewrap::literals;

struct Ref405Ep {
    static constexpr auto name = "ppc64/ref405ep";  // hw/ppc/ppc405_boards.c
    static constexpr auto releases = until(9, 2);
    static constexpr auto byte_order = std::endian::big;
    static constexpr auto ram = main_ram("ppc405.ram", 128_MiB)  // 0x800'0000
                                    .accepts(banks(2, 256_MiB, 128_MiB, 64_MiB, 32_MiB, 16_MiB, 8_MiB, 4_MiB))
                                    .placed(at(0x0));
};
static_assert(Board<Ref405Ep>);

struct Bamboo {
    static constexpr auto name = "ppc64/bamboo";  // hw/ppc/ppc440_bamboo.c
    static constexpr auto byte_order = std::endian::big;
    static constexpr auto ram = main_ram("ppc4xx.sdram", 128_MiB)  // hw/core/machine.c
                                    .accepts(banks(4, 256_MiB, 128_MiB, 64_MiB, 32_MiB, 16_MiB, 8_MiB, 4_MiB))
                                    .placed(at(0x0));
};
static_assert(Board<Bamboo>);

struct Sam460Ex {                                   // one bank
    static constexpr auto name = "ppc64/sam460ex";  // hw/ppc/sam460ex.c
    static constexpr auto byte_order = std::endian::big;
    static constexpr auto ram = main_ram("ppc4xx.sdram", 512_MiB)
                                    .accepts(one_of(64_MiB, 128_MiB, 256_MiB, 512_MiB, 1_GiB, 2_GiB))
                                    .placed(at(0x0));
};
static_assert(Board<Sam460Ex>);

}  // namespace wirewrap::boards::ppc
