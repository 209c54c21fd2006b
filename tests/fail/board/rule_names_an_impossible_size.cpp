// EXPECT: handheld: its rule names 100 bytes of RAM, which it can never have: RAM of 100 bytes is not a multiple of 8 bytes, the widest access of the bus; take that size out of the rule, or make room for it
// EXPECT: handheld: its rule names 1 GiB of RAM, which it can never have: main RAM handheld.ram [0x0, 0x40000000) and rom boot [0x20000000, 0x20010000) share [0x20000000, 0x20010000); take that size out of the rule, or make room for it
#include <wirewrap/board.hpp>

using namespace wirewrap;
using namespace wirewrap::literals;

struct Handheld {
    static constexpr auto name = "handheld";
#ifdef WIREWRAP_MISTAKE
    static constexpr auto ram = main_ram("handheld.ram", 64_MiB).accepts(one_of(100_B, 64_MiB, 1_GiB));
#else
    static constexpr auto ram = main_ram("handheld.ram", 64_MiB).accepts(one_of(104_B, 64_MiB, 512_MiB));
#endif
    static constexpr auto map = memory_map(rom<"boot">(at(0x2000'0000), 64_KiB));
};
static_assert(Board<Handheld>);
