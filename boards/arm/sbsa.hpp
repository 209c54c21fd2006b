// QEMU's reference machine for ARM's Server Base System Architecture: what a server's firmware expects to find.
//
//     static_assert(ram_verdict<boards::arm::SbsaRef>(8_TiB));
//
//     0x0 … 0xff'ffff'ffff  flash, secure RAM, devices, PCIe     0x100'0000'0000 [ RAM … 8 TiB )
//
// Source: QEMU 7.2, hw/arm/sbsa-ref.c, `sbsa_ref_memmap`, SBSA_MEM.
#pragma once

#include <wirewrap/board.hpp>

namespace wirewrap::boards::arm {

using namespace wirewrap::literals;

struct SbsaRef {
    static constexpr auto name = "aarch64/sbsa-ref";
    static constexpr auto ram = main_ram("sbsa-ref.ram", 1_GiB)
                                    .accepts(at_most(8_TiB))  // RAMLIMIT_BYTES
                                    .placed(at(0x100'0000'0000));
};
static_assert(Board<SbsaRef>);

}  // namespace wirewrap::boards::arm
