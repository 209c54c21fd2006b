// EXPECT: console: rom boot [0x4000, 0x6000) cannot repeat; mirror it, and repeat the mirror
#include <array>
#include <string_view>

#include <wirewrap/board.hpp>

using namespace wirewrap;
using namespace wirewrap::literals;

struct Console {
    static constexpr auto name = "console";
    static constexpr auto ram = main_ram("ram", 8_KiB).placed(at(0x8000));
#ifdef WIREWRAP_MISTAKE
    static constexpr auto map = memory_map(rom<"boot">(at(0x4000), 4_KiB).repeated(2));
#else
    static constexpr auto map = memory_map(
        rom<"boot">(at(0x4000), 4_KiB),
        mirror<"again">(block_at("boot", 0_B, 4_KiB), at(0x5000)).repeated(2));
#endif
};
static_assert(Board<Console>);
