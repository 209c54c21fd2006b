// EXPECT: Handheld has no name; a board has static constexpr auto name, a text
#include <wirewrap/board.hpp>

using namespace wirewrap;
using namespace wirewrap::literals;

struct Handheld {
#ifdef WIREWRAP_MISTAKE
#else
    static constexpr auto name = "handheld";
#endif
    static constexpr auto ram = main_ram("handheld.ram", 64_MiB);
};
static_assert(Board<Handheld>);
