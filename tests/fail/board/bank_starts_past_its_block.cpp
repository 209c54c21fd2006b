// EXPECT: console: bank romx [0x4000, 0x5000) starts at page 16, but cart has pages 0 to 15
#include <array>
#include <string_view>

#include <wirewrap/board.hpp>

using namespace wirewrap;
using namespace wirewrap::literals;

struct Console {
    static constexpr auto name = "console";
    static constexpr auto ram = main_ram("ram", 8_KiB).placed(at(0x8000));
#ifdef WIREWRAP_MISTAKE
    static constexpr auto map = memory_map(rom<"cart">(nowhere, 64_KiB),
                                           bank<"romx">("cart", at(0x4000), 4_KiB).starting_at(16));
#else
    static constexpr auto map = memory_map(rom<"cart">(nowhere, 64_KiB),
                                           bank<"romx">("cart", at(0x4000), 4_KiB).starting_at(15));
#endif
};
static_assert(Board<Console>);
