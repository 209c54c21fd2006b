// EXPECT: handheld: the default RAM size is refused by its own rule: handheld accepts multiples of 0 bytes of RAM, not 64 MiB
#include <wirewrap/board.hpp>

using namespace wirewrap;
using namespace wirewrap::literals;

struct Handheld {
    static constexpr auto name = "handheld";
#ifdef WIREWRAP_MISTAKE
    static constexpr auto ram = main_ram("handheld.ram", 64_MiB).accepts(multiple_of(0_MiB));
#else
    static constexpr auto ram = main_ram("handheld.ram", 64_MiB).accepts(multiple_of(1_MiB));
#endif
};
static_assert(Board<Handheld>);
