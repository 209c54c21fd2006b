// A network gateway of one's own: RAM above a boot ROM, a serial port, and an interrupt controller.
//
//     0x0           0x200'0000   0xc00'0000   0x1000'0000   0x8000'0000
//      [ boot ROM ) … [ CLINT ) … [ PLIC ) … [ UART ) …      [ RAM, 256 or 512 MiB )
#pragma once

#include <wirewrap/board.hpp>
#include <wirewrap/device.hpp>

namespace gateway {

using namespace wirewrap;
using namespace wirewrap::literals;

struct Gateway {
    static constexpr auto name = "riscv64/gateway";
    static constexpr auto ram =
        main_ram("gateway.ram", 256_MiB).accepts(one_of(256_MiB, 512_MiB)).placed(at(0x8000'0000));
    static constexpr auto map = memory_map(rom<"gateway.boot">(at(0x0), 64_KiB),
                                           device<"clint", Clint<1>>(at(0x200'0000), 64_KiB),
                                           device<"plic", Plic<15, 1>>(at(0xc00'0000), 6_MiB),
                                           device<"uart0", Ns16550a>(at(0x1000'0000), 256_B));
    static constexpr auto wires = wiring(wire<"uart0.irq", "plic", 10>, wire<"plic.context0", "hart0", 11>,
                                         wire<"clint.msip0", "hart0", 3>, wire<"clint.mtip0", "hart0", 7>);
};
static_assert(Board<Gateway>);

}  // namespace gateway
