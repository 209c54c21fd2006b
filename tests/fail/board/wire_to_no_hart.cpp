// EXPECT: handheld: wire plic.context1 to line 11 of hart2 goes nowhere: the board has 2 harts, numbered from 0
#include <wirewrap/board.hpp>
#include <wirewrap/device/plic.hpp>

using namespace wirewrap;
using namespace wirewrap::literals;

struct Handheld {
    static constexpr auto name = "handheld";
    static constexpr auto ram = main_ram("handheld.ram", 64_MiB).placed(at(0x8000'0000));
    static constexpr std::size_t harts = 2;
    static constexpr auto map = memory_map(device<"plic", Plic<95, 2>>(at(0xc00'0000), 6_MiB));
#ifdef WIREWRAP_MISTAKE
    static constexpr auto wires = wiring(wire<"plic.context1", "hart2", 11>);
#else
    static constexpr auto wires = wiring(wire<"plic.context1", "hart1", 11>);
#endif
};
static_assert(Board<Handheld>);
