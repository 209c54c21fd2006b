// EXPECT: handheld: main RAM handheld.ram [0x40000000, 0x44000000) shows RAM from offset 0x0, but the placement has the base 0x80000000; its first window begins there, with the first byte of RAM
#include <wirewrap/board.hpp>

using namespace wirewrap;
using namespace wirewrap::literals;

struct Promises {
    GuestAddress where;

    constexpr GuestAddress base() const { return at(0x8000'0000); }
    constexpr RamWindows windows(Bytes size) const {
        RamWindows result;
        result.push_back({where, size, 0_B});
        return result;
    }
};

struct Handheld {
    static constexpr auto name = "handheld";
#ifdef WIREWRAP_MISTAKE
    static constexpr auto ram = main_ram("handheld.ram", 64_MiB).placed(Promises{at(0x4000'0000)});
#else
    static constexpr auto ram = main_ram("handheld.ram", 64_MiB).placed(Promises{at(0x8000'0000)});
#endif
};
static_assert(Board<Handheld>);
