// EXPECT: handheld: bank page [0x20000, 0x26000) divides boot of 64 KiB into pages of 24 KiB, which leaves a rest of 16 KiB; choose a page size that divides it
#include <wirewrap/board.hpp>

using namespace wirewrap;
using namespace wirewrap::literals;

struct Handheld {
    static constexpr auto name = "handheld";
    static constexpr auto ram = main_ram("handheld.ram", 64_MiB).placed(at(0x8000'0000));
#ifdef WIREWRAP_MISTAKE
    static constexpr auto map = memory_map(rom<"boot">(at(0x0), 64_KiB),
                                           bank<"page">("boot", at(0x2'0000), 24_KiB));
#else
    static constexpr auto map = memory_map(rom<"boot">(at(0x0), 64_KiB),
                                           bank<"page">("boot", at(0x2'0000), 16_KiB));
#endif
};
static_assert(Board<Handheld>);
