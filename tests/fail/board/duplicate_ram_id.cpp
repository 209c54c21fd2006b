// EXPECT: handheld: ram handheld.ram [0x0, 0x10000) has the RAM id of main RAM, handheld.ram; blocks are told apart by their ids, so rename one of them
#include <wirewrap/board.hpp>

using namespace wirewrap;
using namespace wirewrap::literals;

struct Handheld {
    static constexpr auto name = "handheld";
    static constexpr auto ram = main_ram("handheld.ram", 64_MiB).placed(at(0x8000'0000));
#ifdef WIREWRAP_MISTAKE
    static constexpr auto map = memory_map(ram_block<"handheld.ram">(at(0x0), 64_KiB));
#else
    static constexpr auto map = memory_map(ram_block<"handheld.sram">(at(0x0), 64_KiB));
#endif
};
static_assert(Board<Handheld>);
