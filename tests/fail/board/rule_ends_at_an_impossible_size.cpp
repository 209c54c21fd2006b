// EXPECT: handheld: its rule names 4 GiB of RAM, which it can never have: main RAM handheld.ram [0x0, 0x40000000) and main RAM handheld.ram [0x20000000, 0xe0000000) share [0x20000000, 0x40000000); take that size out of the rule, or make room for it
#include <wirewrap/board.hpp>

using namespace wirewrap;
using namespace wirewrap::literals;

struct Handheld {
    static constexpr auto name = "handheld";
    static constexpr auto ram = main_ram("handheld.ram", 64_MiB)
#ifdef WIREWRAP_MISTAKE
                                    .accepts(between(1_MiB, 4_GiB))
#else
                                    .accepts(between(1_MiB, 512_MiB))
#endif
                                    .placed(split(at(0x0), 1_GiB, at(0x2000'0000)));
};
static_assert(Board<Handheld>);
