// QEMU's SPARCstations, 32-bit Sun machines that differ, as far as RAM goes, in how much of it their memory controller
// takes: 256 MiB on the small ones, 60 GiB on those with ECC.
//
//     auto machine = Machine<boards::sparc::Ss20, hostmem::Anonymous>::create({.ram_size = 4_GiB});
//     // Ss5 with 257 MiB: "sparc/SS-5 accepts at most 256 MiB of RAM, not 257 MiB; use 256 MiB"
//
//     0x0        0x1000'0000, on the large ones 0xf'0000'0000
//      [ RAM … )
//
// Source: QEMU 7.2, hw/sparc/sun4m.c: sun4m_hwdefs, `max_mem`.
#pragma once

#include <bit>

#include <wirewrap/board.hpp>

namespace wirewrap::boards::sparc {

using namespace wirewrap::literals;

template <Bytes Most>
struct Sun4m {
    static constexpr auto byte_order = std::endian::big;
    static constexpr unsigned address_bits = 36;                // reference MMU: SPARC V8 manual, appendix H
    static constexpr auto ram = main_ram("sun4m.ram", 128_MiB)  // hw/core/machine.c
                                    .accepts(at_most(Most))
                                    .placed(at(0x0));
};

struct Ss5 : Sun4m<256_MiB> {
    static constexpr auto name = "sparc/SS-5";
};
struct Ss4 : Sun4m<256_MiB> {
    static constexpr auto name = "sparc/SS-4";
};
struct Lx : Sun4m<256_MiB> {
    static constexpr auto name = "sparc/LX";
};
struct SparcClassic : Sun4m<256_MiB> {
    static constexpr auto name = "sparc/SPARCClassic";
};
struct SparcBook : Sun4m<256_MiB> {
    static constexpr auto name = "sparc/SPARCbook";
};
struct Voyager : Sun4m<256_MiB> {
    static constexpr auto name = "sparc/Voyager";
};
struct Ss10 : Sun4m<60_GiB> {
    static constexpr auto name = "sparc/SS-10";
};
struct Ss20 : Sun4m<60_GiB> {
    static constexpr auto name = "sparc/SS-20";
};
struct Ss600Mp : Sun4m<60_GiB> {
    static constexpr auto name = "sparc/SS-600MP";
};
static_assert(Board<Ss5> && Board<Ss20>);

}  // namespace wirewrap::boards::sparc
