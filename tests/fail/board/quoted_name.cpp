// EXPECT: handheld: rom [0x0, 0x10000) has an id of other than plain characters; use letters, digits and punctuation other than quotes, backslash and space
#include <wirewrap/board.hpp>

using namespace wirewrap;
using namespace wirewrap::literals;

struct Handheld {
    static constexpr auto name = "handheld";
    static constexpr auto ram = main_ram("handheld.ram", 64_MiB).placed(at(0x8000'0000));
#ifdef WIREWRAP_MISTAKE
    static constexpr auto map = memory_map(rom<"player's rom">(at(0x0), 64_KiB));
#else
    static constexpr auto map = memory_map(rom<"players.rom">(at(0x0), 64_KiB));
#endif
};
static_assert(Board<Handheld>);
