// EXPECT: handheld: main RAM has the id /objects/ram, which begins with a slash, reserved for object paths; take it off
#include <wirewrap/board.hpp>

using namespace wirewrap;
using namespace wirewrap::literals;

struct Handheld {
    static constexpr auto name = "handheld";
#ifdef WIREWRAP_MISTAKE
    static constexpr auto ram = main_ram("/objects/ram", 64_MiB);
#else
    static constexpr auto ram = main_ram("objects/ram", 64_MiB);
#endif
};
static_assert(Board<Handheld>);
