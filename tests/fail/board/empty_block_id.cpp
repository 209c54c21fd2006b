// EXPECT: handheld: rom [0x0, 0x10000) has an empty id; RAM is named by it in snapshots and streams, so give it one
#include <wirewrap/board.hpp>

using namespace wirewrap;
using namespace wirewrap::literals;

struct Handheld {
    static constexpr auto name = "handheld";
    static constexpr auto ram = main_ram("handheld.ram", 64_MiB).placed(at(0x8000'0000));
#ifdef WIREWRAP_MISTAKE
    static constexpr auto map = memory_map(rom<"">(at(0x0), 64_KiB));
#else
    static constexpr auto map = memory_map(rom<"boot">(at(0x0), 64_KiB));
#endif
};
static_assert(Board<Handheld>);
