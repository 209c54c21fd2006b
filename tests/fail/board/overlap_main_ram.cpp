// EXPECT: handheld: main RAM handheld.ram [0x80000000, 0x84000000) and rom boot [0x83fff000, 0x84000000) share [0x83fff000, 0x84000000); move one of them, or write overlay(...) around boot if it shall win there
#include <wirewrap/board.hpp>

using namespace wirewrap;
using namespace wirewrap::literals;

struct Handheld {
    static constexpr auto name = "handheld";
    static constexpr auto ram = main_ram("handheld.ram", 64_MiB).placed(at(0x8000'0000));
#ifdef WIREWRAP_MISTAKE
    static constexpr auto map = memory_map(rom<"boot">(at(0x83ff'f000), 4_KiB));
#else
    static constexpr auto map = memory_map(rom<"boot">(at(0x8400'0000), 4_KiB));
#endif
};
static_assert(Board<Handheld>);
