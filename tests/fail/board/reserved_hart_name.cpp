// EXPECT: handheld: device hart0 [0x10000000, 0x10000100) has the name of a hart, which is reserved for wires; rename it
#include <wirewrap/board.hpp>
#include <wirewrap/device/ns16550a.hpp>

using namespace wirewrap;
using namespace wirewrap::literals;

struct Handheld {
    static constexpr auto name = "handheld";
    static constexpr auto ram = main_ram("handheld.ram", 64_MiB).placed(at(0x8000'0000));
#ifdef WIREWRAP_MISTAKE
    static constexpr auto map = memory_map(device<"hart0", Ns16550a>(at(0x1000'0000), 256_B));
#else
    static constexpr auto map = memory_map(device<"uart0", Ns16550a>(at(0x1000'0000), 256_B));
#endif
};
static_assert(Board<Handheld>);
