// EXPECT: handheld: rom top [0xfffffffffffff000, 0xfffffffffffff000 + 8 KiB) runs past the end of the address space, 2^64; move or shrink it
#include <wirewrap/board.hpp>

using namespace wirewrap;
using namespace wirewrap::literals;

struct Handheld {
    static constexpr auto name = "handheld";
    static constexpr auto ram = main_ram("handheld.ram", 64_MiB).placed(at(0x8000'0000));
#ifdef WIREWRAP_MISTAKE
    static constexpr auto map = memory_map(rom<"top">(at(0xffff'ffff'ffff'f000), 8_KiB));
#else
    static constexpr auto map = memory_map(rom<"top">(at(0xffff'ffff'ffff'f000), 4_KiB));
#endif
};
static_assert(Board<Handheld>);
