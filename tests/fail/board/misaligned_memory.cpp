// EXPECT: handheld: rom boot [0x1004, 0x2004) is not aligned: base and size of memory are multiples of 8 bytes; move or resize it
#include <wirewrap/board.hpp>

using namespace wirewrap;
using namespace wirewrap::literals;

struct Handheld {
    static constexpr auto name = "handheld";
    static constexpr auto ram = main_ram("handheld.ram", 64_MiB).placed(at(0x8000'0000));
#ifdef WIREWRAP_MISTAKE
    static constexpr auto map = memory_map(rom<"boot">(at(0x1004), 4_KiB));
#else
    static constexpr auto map = memory_map(rom<"boot">(at(0x1008), 4_KiB));
#endif
};
static_assert(Board<Handheld>);
