// EXPECT: handheld: main RAM handheld.ram [0x80000004, 0x84000004) is not aligned: base and size of memory are multiples of 8 bytes; move or resize it
#include <wirewrap/board.hpp>

using namespace wirewrap;
using namespace wirewrap::literals;

struct Handheld {
    static constexpr auto name = "handheld";
#ifdef WIREWRAP_MISTAKE
    static constexpr auto ram = main_ram("handheld.ram", 64_MiB).placed(at(0x8000'0004));
#else
    static constexpr auto ram = main_ram("handheld.ram", 64_MiB).placed(at(0x8000'0008));
#endif
};
static_assert(Board<Handheld>);
