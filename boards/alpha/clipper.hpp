// QEMU's clipper: an Alpha DP264 with the Typhoon chip set, whose registers begin at 8 TiB.
//
// Source: hw/alpha/typhoon.c, typhoon_init.
#pragma once

#include <wirewrap/board.hpp>

namespace wirewrap::boards::alpha {

using namespace wirewrap::literals;

struct Clipper {
    static constexpr auto name = "alpha/clipper";
    static constexpr unsigned address_bits = 44;                           // of the EV67: target/alpha/cpu-param.h
    static constexpr auto ram = main_ram("ram", 128_MiB).placed(at(0x0));  // any size: measured up to 1 TiB
    static constexpr auto map = memory_map(
        reserved<"pci0-mem">(at(0x800'0000'0000), 4_GiB),
        reserved<"typhoon">(at(0x801'8000'0000), 0x8000'0000_B));  // PCI, memory and data chips, PCI I/O
};

}  // namespace wirewrap::boards::alpha
