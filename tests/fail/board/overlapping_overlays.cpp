// EXPECT: handheld: rom boot [0x0, 0x2000) and ram sram [0x1000, 0x3000) share [0x1000, 0x2000); both are overlays, so neither wins there; move one of them
#include <wirewrap/board.hpp>

using namespace wirewrap;
using namespace wirewrap::literals;

struct Handheld {
    static constexpr auto name = "handheld";
    static constexpr auto ram = main_ram("handheld.ram", 64_MiB).placed(at(0x8000'0000));
#ifdef WIREWRAP_MISTAKE
    static constexpr auto map = memory_map(overlay(rom<"boot">(at(0x0), 8_KiB)),
                                           overlay(ram_block<"sram">(at(0x1000), 8_KiB)));
#else
    static constexpr auto map = memory_map(overlay(rom<"boot">(at(0x0), 8_KiB)),
                                           overlay(ram_block<"sram">(at(0x2000), 8_KiB)));
#endif
};
static_assert(Board<Handheld>);
