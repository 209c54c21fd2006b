// EXPECT: handheld: wire uart0.irq to line 0 of uart1 goes nowhere: device uart1 takes no interrupt lines; take the wire out
#include <wirewrap/board.hpp>
#include <wirewrap/device/ns16550a.hpp>
#include <wirewrap/device/plic.hpp>

using namespace wirewrap;
using namespace wirewrap::literals;

struct Handheld {
    static constexpr auto name = "handheld";
    static constexpr auto ram = main_ram("handheld.ram", 64_MiB).placed(at(0x8000'0000));
    static constexpr auto map = memory_map(device<"uart0", Ns16550a>(at(0x1000'0000), 256_B),
                                           device<"uart1", Ns16550a>(at(0x1000'1000), 256_B),
                                           device<"plic", Plic<95, 2>>(at(0xc00'0000), 6_MiB));
#ifdef WIREWRAP_MISTAKE
    static constexpr auto wires = wiring(wire<"uart0.irq", "uart1", 0>);
#else
    static constexpr auto wires = wiring(wire<"uart0.irq", "plic", 0>);
#endif
};
static_assert(Board<Handheld>);
