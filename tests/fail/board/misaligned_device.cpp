// EXPECT: handheld: device plic [0xc000002, 0xc600002) is not aligned to its widest access, 4 bytes; move it to a multiple of that
#include <wirewrap/board.hpp>
#include <wirewrap/device/plic.hpp>

using namespace wirewrap;
using namespace wirewrap::literals;

struct Handheld {
    static constexpr auto name = "handheld";
    static constexpr auto ram = main_ram("handheld.ram", 64_MiB).placed(at(0x8000'0000));
#ifdef WIREWRAP_MISTAKE
    static constexpr auto map = memory_map(device<"plic", Plic<95, 2>>(at(0xc00'0002), 6_MiB));
#else
    static constexpr auto map = memory_map(device<"plic", Plic<95, 2>>(at(0xc00'0004), 6_MiB));
#endif
};
static_assert(Board<Handheld>);
