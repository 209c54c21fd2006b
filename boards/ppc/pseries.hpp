// QEMU's `pseries`, the paravirtualised machine for POWER guests, in all its versions: RAM from 0, since version 2.5 in
// units of 256 MiB.
//
//     auto machine = Machine<boards::ppc::Pseries<7, 2>, hostmem::Anonymous>::create({.ram_size = 4_GiB});
//     // 257 MiB: "ppc64/pseries-7.2 accepts multiples of 256 MiB of RAM, not 257 MiB; use 256 MiB or 512 MiB"
//
//     0x0       size
//      [ RAM … )
//
// Source: QEMU 7.2 and 11.1, hw/ppc/spapr.c.
#pragma once

#include <bit>

#include <wirewrap/board.hpp>

namespace wirewrap::boards::ppc {

using namespace wirewrap::literals;

template <unsigned Major, unsigned Minor>
constexpr auto pseries_sizes() {
    if constexpr (machine_version(Major, Minor) < machine_version(2, 5))
        return at_least(128_MiB);  // MIN_RMA_SLOF; units came with memory hot-plug
    else
        return multiple_of(256_MiB);  // SPAPR_MEMORY_BLOCK_SIZE
}

template <unsigned Major, unsigned Minor>
struct Pseries {
    static constexpr auto name = versioned<"ppc64/pseries", Major, Minor>;
    static constexpr auto alias = family_alias("pseries", machine_version(Major, Minor));
    static constexpr auto releases = version_releases(
        machine_version(Major, Minor),
        Major < 3 ? qemu_release(9, 1) : qemu_release(10, 0));  // 2.x: hw/ppc/spapr.c of 9.2 has none
    static constexpr auto byte_order = std::endian::big;
    static constexpr auto ram = main_ram("ppc_spapr.ram", 512_MiB)
                                    .accepts(pseries_sizes<Major, Minor>())  // up to 1 TiB measured
                                    .placed(at(0x0));
};

/// Version 2.12 with mitigations of speculative execution, which RAM knows nothing of.
struct Pseries212Sxxm : Pseries<2, 12> {
    static constexpr auto name = "ppc64/pseries-2.12-sxxm";
    static constexpr auto alias = "";
};
static_assert(Board<Pseries<7, 2>> && Board<Pseries<2, 4>>);

}  // namespace wirewrap::boards::ppc
