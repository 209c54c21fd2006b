// EXPECT: handheld: rom top [0xfffff000, 0x100001000) does not fit into 32 address bits, which end at 0x100000000; move it or widen address_bits
#include <wirewrap/board.hpp>

using namespace wirewrap;
using namespace wirewrap::literals;

struct Handheld {
    static constexpr auto name = "handheld";
    static constexpr auto ram = main_ram("handheld.ram", 64_MiB).placed(at(0x8000'0000));
    static constexpr unsigned address_bits = 32;
#ifdef WIREWRAP_MISTAKE
    static constexpr auto map = memory_map(rom<"top">(at(0xffff'f000), 8_KiB));
#else
    static constexpr auto map = memory_map(rom<"top">(at(0xffff'f000), 4_KiB));
#endif
};
static_assert(Board<Handheld>);
