// EXPECT: handheld: wire plic.context0 to line 64 of hart0 goes nowhere: a hart has lines 0 to 63
#include <wirewrap/board.hpp>
#include <wirewrap/device/plic.hpp>

using namespace wirewrap;
using namespace wirewrap::literals;

struct Handheld {
    static constexpr auto name = "handheld";
    static constexpr auto ram = main_ram("handheld.ram", 64_MiB).placed(at(0x8000'0000));
    static constexpr auto map = memory_map(device<"plic", Plic<95, 2>>(at(0xc00'0000), 6_MiB));
#ifdef WIREWRAP_MISTAKE
    static constexpr auto wires = wiring(wire<"plic.context0", "hart0", 64>);
#else
    static constexpr auto wires = wiring(wire<"plic.context0", "hart0", 63>);
#endif
};
static_assert(Board<Handheld>);
