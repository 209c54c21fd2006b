// Machines of QEMU with nothing in them: `none` has RAM if some is asked for, `x-remote` serves devices to another process
// and has none of its own.
#pragma once

#include <wirewrap/board.hpp>

namespace wirewrap::boards::x86 {

using namespace wirewrap::literals;

struct None {
    static constexpr auto name = "x86_64/none";
    static constexpr auto ram = main_ram("ram", 0_B);  // hw/core/null-machine.c; any size: measured up to 1 TiB
};

struct XRemote {
    static constexpr auto name = "x86_64/x-remote";
    static constexpr auto ram = main_ram("x-remote.ram", 0_B)  // hw/remote/machine.c: no RAM; -m sets a number only
                                    .accepts(exactly(0_B))
                                    .placed(nowhere);
};

}  // namespace wirewrap::boards::x86
