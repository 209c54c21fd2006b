// QEMU's hppa: an HP B160L workstation, whose RAM begins at 0 and whose devices have the last GiB.
//
// Source: hw/hppa/machine.c, machine_hppa_init; hw/hppa/hppa_hardware.h.
#pragma once

#include <wirewrap/board.hpp>

namespace wirewrap::boards::hppa {

using namespace wirewrap::literals;

struct Hppa {
    static constexpr auto name = "hppa/hppa";
    static constexpr unsigned address_bits = 32;
    static constexpr auto byte_order = std::endian::big;
    static constexpr auto ram = main_ram("ram", 512_MiB).accepts(at_most(3_GiB)).placed(at(0x0));
    static constexpr auto map = memory_map(
        ram_block<"firmware">(at(0xf000'0000), 8_MiB),        // FIRMWARE_START, FIRMWARE_END
        reserved<"devices">(at(0xf900'0000), 0x700'0000_B));  // ISA, LASI, Dino, fw_cfg, CPU
};

}  // namespace wirewrap::boards::hppa
