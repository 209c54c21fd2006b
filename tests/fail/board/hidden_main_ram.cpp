// EXPECT: handheld: main RAM handheld.ram [0x80000000, 0x84000000) is wholly hidden by overlay soc [0x80000000, 0x90000000); move it, or let the overlay leave something of it
#include <wirewrap/board.hpp>

using namespace wirewrap;
using namespace wirewrap::literals;

struct Handheld {
    static constexpr auto name = "handheld";
    static constexpr auto ram = main_ram("handheld.ram", 64_MiB).placed(at(0x8000'0000));
#ifdef WIREWRAP_MISTAKE
    static constexpr auto map = memory_map(overlay(reserved<"soc">(at(0x8000'0000), 256_MiB)));
#else
    static constexpr auto map = memory_map(overlay(reserved<"soc">(at(0x8000'0008), 256_MiB)));
#endif
};
static_assert(Board<Handheld>);
