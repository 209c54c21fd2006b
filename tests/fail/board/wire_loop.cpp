// EXPECT: handheld: wire second.context0 to line 7 of first closes a loop through first and second; a level would chase itself, so take one of its wires out
#include <wirewrap/board.hpp>
#include <wirewrap/device/plic.hpp>

using namespace wirewrap;
using namespace wirewrap::literals;

struct Handheld {
    static constexpr auto name = "handheld";
    static constexpr auto ram = main_ram("handheld.ram", 64_MiB).placed(at(0x8000'0000));
    static constexpr auto map = memory_map(device<"first", Plic<95, 2>>(at(0xc00'0000), 6_MiB),
                                           device<"second", Plic<95, 2>>(at(0xd00'0000), 6_MiB));
#ifdef WIREWRAP_MISTAKE
    static constexpr auto wires = wiring(wire<"first.context0", "second", 1>,
                                         wire<"second.context0", "first", 7>);
#else
    static constexpr auto wires = wiring(wire<"first.context0", "second", 1>,
                                         wire<"second.context0", "hart0", 7>);
#endif
};
static_assert(Board<Handheld>);
