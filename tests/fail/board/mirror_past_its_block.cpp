// EXPECT: handheld: mirror low [0x20000, 0x2c000) shows 48 KiB from offset 0x8000 of boot, which has 64 KiB; show less of it
#include <wirewrap/board.hpp>

using namespace wirewrap;
using namespace wirewrap::literals;

struct Handheld {
    static constexpr auto name = "handheld";
    static constexpr auto ram = main_ram("handheld.ram", 64_MiB).placed(at(0x8000'0000));
#ifdef WIREWRAP_MISTAKE
    static constexpr auto map = memory_map(rom<"boot">(at(0x0), 64_KiB),
                                           mirror<"low">(block_at("boot", 32_KiB, 48_KiB), at(0x2'0000)));
#else
    static constexpr auto map = memory_map(rom<"boot">(at(0x0), 64_KiB),
                                           mirror<"low">(block_at("boot", 32_KiB, 32_KiB), at(0x2'0000)));
#endif
};
static_assert(Board<Handheld>);
