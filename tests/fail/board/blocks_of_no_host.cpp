// EXPECT: console: rom b of 8 EiB makes the blocks of the map larger than 8 EiB, which no host has; shrink it
#include <wirewrap/board.hpp>

using namespace wirewrap;
using namespace wirewrap::literals;

struct Console {
    static constexpr auto name = "console";
    static constexpr auto ram = main_ram("ram", 8_KiB).placed(at(0x8000));
#ifdef WIREWRAP_MISTAKE
    static constexpr Bytes size{std::uint64_t{1} << 63};
#else
    static constexpr Bytes size{std::uint64_t{1} << 61};
#endif
    static constexpr auto map = memory_map(rom<"a">(nowhere, Bytes{std::uint64_t{1} << 61}),
                                           rom<"b">(nowhere, size),
                                           mirror<"a0">(block_at("a", 0_B, 4_KiB), at(0x0)),
                                           mirror<"b0">(block_at("b", 0_B, 4_KiB), at(0x1000)));
};
static_assert(Board<Console>);
