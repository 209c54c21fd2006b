// QEMU's Xtensa FPGA boards LX60, LX200, ML605 and KC705, with and without MMU, of both byte orders: one map, different
// amounts of RAM by default.
//
//     auto machine = Machine<boards::xtensa::Lx60, hostmem::Anonymous>::create({.ram_size = 32_MiB});
//
//     with MMU             0x0                          0xf000'0000     0xfe00'0000
//                           [ RAM …                      [ I/O, 224M )   [ ROM, 32M )
//     without              0x6000'0000    0x7000'0000   0x9000'0000
//                           [ RAM …        [ I/O )       [ I/O )
//     without, big-endian  0x0            0x7000'0000   0x9000'0000     0xfe00'0000
//                           [ RAM …        [ I/O )       [ I/O )         [ ROM )
//
// Source: QEMU 7.2, hw/xtensa/xtfpga.c; where RAM and ROM lie is a matter of the processor's configuration
// (target/xtensa/core-*: dc232b, de212 and fsf are the defaults). The flat view was measured with 4 GiB - 8 KiB of RAM.
// In QEMU the size has 32 bits: 4 GiB die of an assertion, and of 5 GiB one is there; here both are refused.
#pragma once

#include <bit>

#include <wirewrap/board.hpp>

#include <boards/xtensa/sim.hpp>

namespace wirewrap::boards::xtensa {

/// RAM at 0 below the I/O: the default processor is dc232b.
template <Bytes Default>
struct XtfpgaMmu {
    static constexpr auto ram = main_ram("xtensa.sysram0", Default)  // the block's name in QEMU
                                    .accepts(at_most(most_ram))
                                    .placed(at(0x0));
    static constexpr auto map = memory_map(
        overlay(reserved<"xtfpga-io">(at(0xf000'0000), 224_MiB)),  // xtfpga_mmu_io
        overlay(rom<"xtensa.sysrom0">(at(0xfe00'0000), 32_MiB)));
};

/// Both windows of the I/O lie in the RAM: the default processor is de212.
template <Bytes Default>
struct XtfpgaNoMmu {
    static constexpr auto ram = main_ram("xtensa.sysram0", Default)
                                    .accepts(at_most(most_ram))
                                    .placed(at(0x6000'0000));
    static constexpr auto map = memory_map(
        overlay(reserved<"xtfpga-io-cached">(at(0x7000'0000), 224_MiB)),  // xtfpga_nommu_io
        overlay(reserved<"xtfpga-io">(at(0x9000'0000), 224_MiB)));
};

/// The default processor of the big-endian ones, fsf, has RAM at 0.
template <Bytes Default>
struct XtfpgaNoMmuBigEndian {
    static constexpr auto byte_order = std::endian::big;
    static constexpr auto ram = main_ram("xtensa.sysram0", Default)
                                    .accepts(at_most(most_ram))
                                    .placed(at(0x0));
    static constexpr auto map = memory_map(
        overlay(reserved<"xtfpga-io-cached">(at(0x7000'0000), 224_MiB)),
        overlay(reserved<"xtfpga-io">(at(0x9000'0000), 224_MiB)),
        overlay(rom<"xtensa.sysrom0">(at(0xfe00'0000), 32_MiB)));
};

struct Lx60 : XtfpgaMmu<64_MiB> {
    static constexpr auto name = "xtensa/lx60";
};
struct Lx200 : XtfpgaMmu<96_MiB> {
    static constexpr auto name = "xtensa/lx200";
};
struct Ml605 : XtfpgaMmu<384_MiB> {
    static constexpr auto name = "xtensa/ml605";
};
struct Kc705 : XtfpgaMmu<896_MiB> {
    static constexpr auto name = "xtensa/kc705";
};

struct Lx60NoMmu : XtfpgaNoMmu<64_MiB> {
    static constexpr auto name = "xtensa/lx60-nommu";
};
struct Lx200NoMmu : XtfpgaNoMmu<96_MiB> {
    static constexpr auto name = "xtensa/lx200-nommu";
};
struct Ml605NoMmu : XtfpgaNoMmu<256_MiB> {
    static constexpr auto name = "xtensa/ml605-nommu";
};
struct Kc705NoMmu : XtfpgaNoMmu<256_MiB> {
    static constexpr auto name = "xtensa/kc705-nommu";
};

struct Lx60NoMmuBigEndian : XtfpgaNoMmuBigEndian<64_MiB> {
    static constexpr auto name = "xtensaeb/lx60-nommu";
};
struct Lx200NoMmuBigEndian : XtfpgaNoMmuBigEndian<96_MiB> {
    static constexpr auto name = "xtensaeb/lx200-nommu";
};
struct Ml605NoMmuBigEndian : XtfpgaNoMmuBigEndian<256_MiB> {
    static constexpr auto name = "xtensaeb/ml605-nommu";
};
struct Kc705NoMmuBigEndian : XtfpgaNoMmuBigEndian<256_MiB> {
    static constexpr auto name = "xtensaeb/kc705-nommu";
};
static_assert(Board<Kc705> && Board<Kc705NoMmu> && Board<Kc705NoMmuBigEndian>);

}  // namespace wirewrap::boards::xtensa
