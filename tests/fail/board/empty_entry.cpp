// EXPECT: handheld: rom boot [0x1000, 0x1000) has a size of 0 bytes; give it one or take it out
#include <wirewrap/board.hpp>

using namespace wirewrap;
using namespace wirewrap::literals;

struct Handheld {
    static constexpr auto name = "handheld";
    static constexpr auto ram = main_ram("handheld.ram", 64_MiB).placed(at(0x8000'0000));
#ifdef WIREWRAP_MISTAKE
    static constexpr auto map = memory_map(rom<"boot">(at(0x1000), 0_B));
#else
    static constexpr auto map = memory_map(rom<"boot">(at(0x1000), 8_B));
#endif
};
static_assert(Board<Handheld>);
