// EXPECT: handheld: mirror of main RAM handheld.ram [0xc0000000, 0xc1000000) shows 16 MiB from offset 0x3800000 of RAM, which has 64 MiB; show less of it
#include <wirewrap/board.hpp>

using namespace wirewrap;
using namespace wirewrap::literals;

struct ShowsEnd {
    Bytes from;

    constexpr RamWindows windows(Bytes size) const {
        RamWindows result;
        result.push_back({at(0x0), size, 0_B});
        result.push_back({at(0xc000'0000), 16_MiB, from, true});
        return result;
    }
};

struct Handheld {
    static constexpr auto name = "handheld";
#ifdef WIREWRAP_MISTAKE
    static constexpr auto ram = main_ram("handheld.ram", 64_MiB).placed(ShowsEnd{.from = 56_MiB});
#else
    static constexpr auto ram = main_ram("handheld.ram", 64_MiB).placed(ShowsEnd{.from = 48_MiB});
#endif
};
static_assert(Board<Handheld>);
