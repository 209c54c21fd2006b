// EXPECT: handheld: main RAM has an empty id; RAM is named by it in snapshots and streams, so give it one
#include <wirewrap/board.hpp>

using namespace wirewrap;
using namespace wirewrap::literals;

struct Handheld {
    static constexpr auto name = "handheld";
#ifdef WIREWRAP_MISTAKE
    static constexpr auto ram = main_ram("", 64_MiB);
#else
    static constexpr auto ram = main_ram("handheld.ram", 64_MiB);
#endif
};
static_assert(Board<Handheld>);
