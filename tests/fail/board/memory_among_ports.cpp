// EXPECT: console: rom boot [0x100, 0x108) is memory among the ports; ports have devices only, so move it to the map
#include <array>
#include <string_view>

#include <wirewrap/board.hpp>

using namespace wirewrap;
using namespace wirewrap::literals;

struct Console {
    static constexpr auto name = "console";
    static constexpr auto ram = main_ram("ram", 8_KiB).placed(at(0x8000));
#ifdef WIREWRAP_MISTAKE
    static constexpr auto ports = memory_map(rom<"boot">(at(0x100), 8_B));
#else
    static constexpr auto map = memory_map(rom<"boot">(at(0x100), 8_B));
#endif
};
static_assert(Board<Console>);
