// EXPECT: handheld: timebase is 0; a timer has 1 to 4294967296 ticks a second
// EXPECT: handheld: harts is 0; a board has at least one, hart0, even where nothing runs on it
// EXPECT: handheld: address_bits is 0; an address has 1 to 64 bits
#include <wirewrap/board.hpp>

using namespace wirewrap;
using namespace wirewrap::literals;

#ifdef WIREWRAP_MISTAKE
constexpr unsigned little = 0;
#else
constexpr unsigned little = 1;
#endif

struct Handheld {
    static constexpr auto name = "handheld";
    static constexpr auto ram = main_ram("handheld.ram", 64_MiB).placed(nowhere);
    static constexpr unsigned harts = little, address_bits = little, timebase = little;
};
static_assert(Board<Handheld>);
