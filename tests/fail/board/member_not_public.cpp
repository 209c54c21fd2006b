// EXPECT: Handheld has a member map that is no public constant of the right type; a board has static constexpr auto map = memory_map(...), or none
#include <wirewrap/board.hpp>

using namespace wirewrap;
using namespace wirewrap::literals;

class Handheld {
#ifdef WIREWRAP_MISTAKE
#else
public:
#endif
    static constexpr auto map = memory_map(rom<"boot">(at(0x8000'0000), 64_KiB));

public:
    static constexpr auto name = "handheld";
    static constexpr auto ram = main_ram("handheld.ram", 64_MiB);
};
static_assert(Board<Handheld>);
