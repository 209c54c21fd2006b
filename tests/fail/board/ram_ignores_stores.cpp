// EXPECT: console: ram sram [0x4000, 0x5000) is no read-only memory, whose stores could be ignored; take ignoring_stores() away
#include <array>
#include <string_view>

#include <wirewrap/board.hpp>

using namespace wirewrap;
using namespace wirewrap::literals;

struct Console {
    static constexpr auto name = "console";
    static constexpr auto ram = main_ram("ram", 8_KiB).placed(at(0x8000));
#ifdef WIREWRAP_MISTAKE
    static constexpr auto map = memory_map(ram_block<"sram">(at(0x4000), 4_KiB).ignoring_stores());
#else
    static constexpr auto map = memory_map(rom<"srom">(at(0x4000), 4_KiB).ignoring_stores());
#endif
};
static_assert(Board<Console>);
