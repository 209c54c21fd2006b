// EXPECT: handheld: main RAM handheld.ram [0x2000000, 0x4000000) shows RAM from offset 0x0, but 0x2000000 comes next; the windows of a placement show each byte once, in order
#include <wirewrap/board.hpp>

using namespace wirewrap;
using namespace wirewrap::literals;

struct Halves {
    Bytes second;

    constexpr RamWindows windows(Bytes size) const {
        RamWindows result;
        result.push_back({at(0x0), size / 2, 0_B});
        result.push_back({at(0x0) + size / 2, size / 2, second});
        return result;
    }
};

struct Handheld {
    static constexpr auto name = "handheld";
#ifdef WIREWRAP_MISTAKE
    static constexpr auto ram = main_ram("handheld.ram", 64_MiB).placed(Halves{.second = 0_MiB});
#else
    static constexpr auto ram = main_ram("handheld.ram", 64_MiB).placed(Halves{.second = 32_MiB});
#endif
};
static_assert(Board<Handheld>);
