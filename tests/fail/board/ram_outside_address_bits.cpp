// EXPECT: handheld: main RAM handheld.ram [0x80000000, 0x180000000) does not fit into 32 address bits, which end at 0x100000000; ask for less RAM
#include <wirewrap/board.hpp>

using namespace wirewrap;
using namespace wirewrap::literals;

struct Handheld {
    static constexpr auto name = "handheld";
    static constexpr unsigned address_bits = 32;
#ifdef WIREWRAP_MISTAKE
    static constexpr auto ram = main_ram("handheld.ram", 4_GiB).placed(at(0x8000'0000));
#else
    static constexpr auto ram = main_ram("handheld.ram", 2_GiB).placed(at(0x8000'0000));
#endif
};
static_assert(Board<Handheld>);
