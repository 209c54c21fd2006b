// Sharp's Zaurus SL-5500 (Collie), a handheld with an Intel StrongARM SA-1110.
//
//     static_assert(ram_verdict<boards::arm::Collie>(512_MiB));
//     static_assert(!ram_verdict<boards::arm::Collie>(64_MiB));
//
//     0x0 [ flash 32 MiB )   0x800'0000 [ flash 32 MiB )   0xc000'0000 [ RAM 512 MiB )
//
// Sources: QEMU 7.2, hw/arm/collie.c (size), hw/arm/strongarm.h, SA_SDCS0 (address).
#pragma once

#include <wirewrap/board.hpp>

namespace wirewrap::boards::arm {

using namespace wirewrap::literals;

struct Collie {
    static constexpr auto name = "aarch64/collie";
    static constexpr auto ram = main_ram("strongarm.sdram", 512_MiB)
                                    .accepts(exactly(512_MiB))
                                    .placed(at(0xc000'0000));
};
static_assert(Board<Collie>);

}  // namespace wirewrap::boards::arm
