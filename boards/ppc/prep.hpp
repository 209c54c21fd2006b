// QEMU's `40p`, the IBM RS/6000 7020: RAM in six sockets, filled in pairs with modules of 32 or 8 MiB.
//
//     auto machine = Machine<boards::ppc::Prep40p, hostmem::Anonymous>::create({.ram_size = 96_MiB});
//     // 127 MiB: "ppc64/40p accepts up to 3 banks of 64 MiB or 16 MiB of RAM, not 127 MiB; use 96 MiB or 128 MiB"
//
//     0x0       0x200'0000  0x400'0000  0x480'0000  0x500'0000  0x580'0000
//      [ 32M )   [ 32M )     [ 8M )      [ 8M )      [ 8M )      [ 8M )                        96 MiB
//
// Source: QEMU 7.2, hw/ppc/rs6000_mc.c. There each module is a block of its own, simm.0 to simm.5, and the size has 32
// bits, so that 4 GiB, 20 GiB and less than 1 MiB start a machine without RAM; here RAM is one block and those sizes are
// refused.
#pragma once

#include <bit>

#include <wirewrap/board.hpp>

namespace wirewrap::boards::ppc {

using namespace wirewrap::literals;

/// A window for each module: pairs of 32 MiB as long as 64 MiB are left, then pairs of 8 MiB.
struct SimmPairs {
    constexpr GuestAddress base() const { return at(0x0); }
    constexpr RamWindows windows(Bytes size) const {
        RamWindows simms;
        for (Bytes placed{}; placed < size;) {
            const Bytes simm = size - placed >= 64_MiB ? 32_MiB : 8_MiB;
            for (int of_pair = 0; of_pair != 2; ++of_pair, placed += simm)
                if (!simms.push_back({base() + placed, simm, placed})) return simms;
        }
        return simms;
    }
};

struct Prep40p {
    static constexpr auto name = "ppc64/40p";
    static constexpr auto byte_order = std::endian::big;
    static constexpr auto ram = main_ram("40p.ram", 128_MiB)  // hw/core/machine.c
                                    .accepts(banks(3, 64_MiB, 16_MiB))
                                    .placed(SimmPairs{});
};
static_assert(Board<Prep40p>);

}  // namespace wirewrap::boards::ppc
