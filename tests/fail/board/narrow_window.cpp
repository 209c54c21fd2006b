// EXPECT: handheld: device uart0 [0x10000000, 0x10000004) has a window of 4 bytes for 8 bytes of registers; make the window at least that large
#include <wirewrap/board.hpp>
#include <wirewrap/device/ns16550a.hpp>

using namespace wirewrap;
using namespace wirewrap::literals;

struct Handheld {
    static constexpr auto name = "handheld";
    static constexpr auto ram = main_ram("handheld.ram", 64_MiB).placed(at(0x8000'0000));
#ifdef WIREWRAP_MISTAKE
    static constexpr auto map = memory_map(device<"uart0", Ns16550a>(at(0x1000'0000), 4_B));
#else
    static constexpr auto map = memory_map(device<"uart0", Ns16550a>(at(0x1000'0000), 8_B));
#endif
};
static_assert(Board<Handheld>);
