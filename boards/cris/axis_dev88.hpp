// QEMU's axis-dev88: the Axis developer board 88, with an ETRAX FS.
//
// Source: hw/cris/axis_dev88.c, axisdev88_init.
#pragma once

#include <wirewrap/board.hpp>

namespace wirewrap::boards::cris {

using namespace wirewrap::literals;

struct AxisDev88 {
    static constexpr auto name = "cris/axis-dev88";
    static constexpr auto releases = until(9, 1);
    static constexpr auto ram = main_ram("axisdev88.ram", 128_MiB).placed(at(0x4000'0000));  // any size: measured to 1 TiB
    static constexpr auto map = memory_map(
        ram_block<"axisdev88.chipram">(at(0x3800'0000), 128_KiB));
};

}  // namespace wirewrap::boards::cris
