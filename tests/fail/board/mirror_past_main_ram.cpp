// EXPECT: handheld: mirror low [0x0, 0x8000000) shows 128 MiB from offset 0x0 of main RAM handheld.ram, which has 64 MiB; ask for more RAM, or mirror less of it
#include <wirewrap/board.hpp>

using namespace wirewrap;
using namespace wirewrap::literals;

struct Handheld {
    static constexpr auto name = "handheld";
    static constexpr auto ram = main_ram("handheld.ram", 64_MiB).placed(at(0x8000'0000));
#ifdef WIREWRAP_MISTAKE
    static constexpr auto map = memory_map(mirror<"low">(main_ram_at(0_MiB, 128_MiB), at(0x0)));
#else
    static constexpr auto map = memory_map(mirror<"low">(main_ram_at(0_MiB, 64_MiB), at(0x0)));
#endif
};
static_assert(Board<Handheld>);
