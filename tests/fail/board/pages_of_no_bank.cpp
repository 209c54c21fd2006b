// EXPECT: console: rom boot [0x4000, 0x5000) has no pages to choose from; only banks have
#include <array>
#include <string_view>

#include <wirewrap/board.hpp>

using namespace wirewrap;
using namespace wirewrap::literals;

struct Console {
    static constexpr auto name = "console";
    static constexpr auto ram = main_ram("ram", 8_KiB).placed(at(0x8000));
#ifdef WIREWRAP_MISTAKE
    static constexpr auto map = memory_map(rom<"boot">(at(0x4000), 4_KiB).starting_at(1));
#else
    static constexpr auto map = memory_map(rom<"boot">(at(0x4000), 4_KiB));
#endif
};
static_assert(Board<Console>);
