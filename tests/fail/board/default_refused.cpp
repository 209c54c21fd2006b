// EXPECT: handheld: the default RAM size is refused by its own rule: handheld accepts 32 MiB, 64 MiB or 128 MiB of RAM, not 48 MiB; use 32 MiB or 64 MiB
#include <wirewrap/board.hpp>

using namespace wirewrap;
using namespace wirewrap::literals;

struct Handheld {
    static constexpr auto name = "handheld";
#ifdef WIREWRAP_MISTAKE
    static constexpr auto ram = main_ram("handheld.ram", 48_MiB).accepts(one_of(32_MiB, 64_MiB, 128_MiB));
#else
    static constexpr auto ram = main_ram("handheld.ram", 64_MiB).accepts(one_of(32_MiB, 64_MiB, 128_MiB));
#endif
};
static_assert(Board<Handheld>);
