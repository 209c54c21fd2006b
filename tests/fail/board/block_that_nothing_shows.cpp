// EXPECT: console: rom cart of 64 KiB has no addresses, and no mirror or bank shows it; place or show it
#include <array>
#include <string_view>

#include <wirewrap/board.hpp>

using namespace wirewrap;
using namespace wirewrap::literals;

struct Console {
    static constexpr auto name = "console";
    static constexpr auto ram = main_ram("ram", 8_KiB).placed(at(0x8000));
#ifdef WIREWRAP_MISTAKE
    static constexpr auto map = memory_map(rom<"cart">(nowhere, 64_KiB));
#else
    static constexpr auto map = memory_map(rom<"cart">(nowhere, 64_KiB),
                                           bank<"romx">("cart", at(0x4000), 4_KiB));
#endif
};
static_assert(Board<Console>);
