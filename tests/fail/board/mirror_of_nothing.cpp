// EXPECT: handheld: mirror low [0x20000, 0x28000) shows flash, which is no ram or rom entry and no device of the map; name one that is
#include <wirewrap/board.hpp>

using namespace wirewrap;
using namespace wirewrap::literals;

struct Handheld {
    static constexpr auto name = "handheld";
    static constexpr auto ram = main_ram("handheld.ram", 64_MiB).placed(at(0x8000'0000));
#ifdef WIREWRAP_MISTAKE
    static constexpr auto map = memory_map(rom<"boot">(at(0x0), 64_KiB),
                                           mirror<"low">(block_at("flash", 0_KiB, 32_KiB), at(0x2'0000)));
#else
    static constexpr auto map = memory_map(rom<"boot">(at(0x0), 64_KiB),
                                           mirror<"low">(block_at("boot", 0_KiB, 32_KiB), at(0x2'0000)));
#endif
};
static_assert(Board<Handheld>);
