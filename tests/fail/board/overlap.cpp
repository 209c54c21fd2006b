// EXPECT: handheld: rom boot [0x0, 0x10000) and ram sram [0x8000, 0x18000) share [0x8000, 0x10000); move one of them, or write overlay(...) around the one that shall win there
#include <wirewrap/board.hpp>

using namespace wirewrap;
using namespace wirewrap::literals;

struct Handheld {
    static constexpr auto name = "handheld";
    static constexpr auto ram = main_ram("handheld.ram", 64_MiB).placed(at(0x8000'0000));
#ifdef WIREWRAP_MISTAKE
    static constexpr auto map = memory_map(rom<"boot">(at(0x0), 64_KiB),
                                           ram_block<"sram">(at(0x8000), 64_KiB));
#else
    static constexpr auto map = memory_map(rom<"boot">(at(0x0), 64_KiB),
                                           overlay(ram_block<"sram">(at(0x8000), 64_KiB)));
#endif
};
static_assert(Board<Handheld>);
