// EXPECT: Handheld has a member ram that is no public constant of the right type; a board has static constexpr auto ram = main_ram(id, default size)
// EXPECT: Handheld has a member releases that is no public constant of the right type; a board has static constexpr auto releases = since(...), until(...) or both, or none
// EXPECT: Handheld has a member map that is no public constant of the right type; a board has static constexpr auto map = memory_map(...), or none
// EXPECT: Handheld has a member wires that is no public constant of the right type; a board has static constexpr auto wires = wiring(...), or none
// EXPECT: Handheld has a member harts that is no public constant of the right type; a board has static constexpr std::size_t harts, a number from 1 on, or none
// EXPECT: Handheld has a member byte_order that is no public constant of the right type; a board has static constexpr std::endian byte_order, or none
// EXPECT: Handheld has a member timebase that is no public constant of the right type; a board has static constexpr std::uint64_t timebase, a number from 1 on, or none
#include <wirewrap/board.hpp>

using namespace wirewrap;
using namespace wirewrap::literals;

struct Handheld {
    static constexpr auto name = "handheld";
#ifdef WIREWRAP_MISTAKE
    static constexpr auto ram = 64_MiB;
    static constexpr auto releases = 9;
    static constexpr auto map = rom<"boot">(at(0x8000'0000), 64_KiB);
    static constexpr auto wires = 0;
    static constexpr int harts = -1;
    static constexpr bool byte_order = true;
    static inline unsigned timebase = 1;
#else
    static constexpr auto ram = main_ram("handheld.ram", 64_MiB);
    static constexpr auto releases = since(9, 0);
    static constexpr auto map = memory_map(rom<"boot">(at(0x8000'0000), 64_KiB));
    static constexpr auto wires = wiring();
    static constexpr int harts = 1;
    static constexpr auto byte_order = std::endian::big;
    static constexpr unsigned timebase = 1;
#endif
};
static_assert(Board<Handheld>);
