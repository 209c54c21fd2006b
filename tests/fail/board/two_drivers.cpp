// EXPECT: handheld: line 10 of plic has two drivers, uart0.irq and uart1.irq; give each a line of its own
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
    static constexpr auto wires = wiring(wire<"uart0.irq", "plic", 10>, wire<"uart1.irq", "plic", 10>);
#else
    static constexpr auto wires = wiring(wire<"uart0.irq", "plic", 10>, wire<"uart1.irq", "plic", 11>);
#endif
};
static_assert(Board<Handheld>);
