// EXPECT: console: mirror low [0x4000, 0x4008) names no block; name a ram or rom entry of the map
#include <array>
#include <string_view>

#include <wirewrap/board.hpp>

using namespace wirewrap;
using namespace wirewrap::literals;

struct Console {
    static constexpr auto name = "console";
    static constexpr auto ram = main_ram("ram", 8_KiB).placed(at(0x8000));
#ifdef WIREWRAP_MISTAKE
    static constexpr auto map = memory_map(rom<"boot">(at(0x0), 4_KiB),
                                           mirror<"low">(block_at("", 0_B, 8_B), at(0x4000)));
#else
    static constexpr auto map = memory_map(rom<"boot">(at(0x0), 4_KiB),
                                           mirror<"low">(block_at("boot", 0_B, 8_B), at(0x4000)));
#endif
};
static_assert(Board<Console>);
