// QEMU's `pegasos2`, the PowerPC desktop board of Genesi: one RAM module, a power of two from 32 MiB to 2 GiB.
//
//     auto machine = Machine<boards::ppc::Pegasos2, hostmem::Anonymous>::create({.ram_size = 1_GiB});
//
//     0x0        0x8000'0000
//      [ RAM … )  [ PCI memory …
//
// Source: QEMU 7.2, hw/ppc/pegasos2.c, which refuses more than 2 GiB; for every other size that is refused here QEMU dies
// of an assertion in hw/i2c/smbus_eeprom.c.
#pragma once

#include <bit>

#include <wirewrap/board.hpp>

namespace wirewrap::boards::ppc {

using namespace wirewrap::literals;

struct Pegasos2 {
    static constexpr auto name = "ppc64/pegasos2";
    static constexpr auto byte_order = std::endian::big;
    static constexpr auto ram = main_ram("pegasos2.ram", 512_MiB)
                                    .accepts(power_of_two() && between(32_MiB, 2_GiB))
                                    .placed(at(0x0));
};
static_assert(Board<Pegasos2>);

}  // namespace wirewrap::boards::ppc
