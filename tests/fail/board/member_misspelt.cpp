// EXPECT: Handheld has a member memory, which a board never looks at; write map, or give it another name
// EXPECT: Handheld has a member release, which a board never looks at; write releases, or give it another name
// EXPECT: Handheld has a member hart, which a board never looks at; write harts, or give it another name
// EXPECT: Handheld has a member address_bit, which a board never looks at; write address_bits, or give it another name
#include <wirewrap/board.hpp>

using namespace wirewrap;
using namespace wirewrap::literals;

struct Handheld {
    static constexpr auto name = "handheld";
    static constexpr auto ram = main_ram("handheld.ram", 64_MiB);
#ifdef WIREWRAP_MISTAKE
    static constexpr auto memory = memory_map(rom<"boot">(at(0x8000'0000), 64_KiB));
    static constexpr unsigned hart = 2, address_bit = 32;
    static constexpr auto release = until(9, 1);
#else
    static constexpr auto map = memory_map(rom<"boot">(at(0x8000'0000), 64_KiB));
    static constexpr unsigned harts = 2, address_bits = 32;
    static constexpr auto releases = until(9, 1);
#endif
};
static_assert(Board<Handheld>);
