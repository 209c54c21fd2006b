// EXPECT: handheld: its windows hold 48 MiB of RAM, not 64 MiB; ask for 48 MiB or give the placement another window
#include <wirewrap/board.hpp>

using namespace wirewrap;
using namespace wirewrap::literals;

struct Handheld {
    static constexpr auto name = "handheld";
#ifdef WIREWRAP_MISTAKE
    static constexpr auto ram = main_ram("handheld.ram", 64_MiB)
                                    .placed(fill(window(at(0x0), 32_MiB), window(at(0x8000'0000), 16_MiB)));
#else
    static constexpr auto ram = main_ram("handheld.ram", 64_MiB)
                                    .placed(fill(window(at(0x0), 32_MiB), window(at(0x8000'0000), 32_MiB)));
#endif
};
static_assert(Board<Handheld>);
