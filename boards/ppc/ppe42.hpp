// QEMU's `ppe42_machine`: a programmable PowerPC engine of IBM's, whose SRAM ends with its addresses.
//
//     static_assert(ram_verdict<boards::ppc::Ppe42>(512_KiB));
//     static_assert(!ram_verdict<boards::ppc::Ppe42>(1_MiB));
//
//     0xfff8'0000 [ RAM … 512 KiB )
//
// Source: QEMU 11.1, hw/ppc/ppe42_machine.c.
#pragma once

#include <bit>

#include <wirewrap/board.hpp>

namespace wirewrap::boards::ppc {

using namespace wirewrap::literals;

struct Ppe42 {
    static constexpr auto name = "ppc64/ppe42_machine";
    static constexpr auto releases = since(11, 1);
    static constexpr unsigned address_bits = 32;
    static constexpr auto byte_order = std::endian::big;
    static constexpr auto ram = main_ram("ram", 512_KiB).accepts(at_most(512_KiB)).placed(at(0xfff8'0000));
};
static_assert(Board<Ppe42>);

}  // namespace wirewrap::boards::ppc
