// EXPECT: handheld: mirror low [0x0, 0x1000) shows handheld.ram from offset 0x5, which is no multiple of 8 bytes; show it from a multiple on
// EXPECT: handheld: mirror vectors [0x2000, 0x2008) shows boot from offset 0x5, which is no multiple of 8 bytes; show it from a multiple on
// EXPECT: handheld: mirror of main RAM handheld.ram [0xc0000000, 0xc0001000) shows RAM from offset 0x5, which is no multiple of 8 bytes; show it from a multiple on
#include <wirewrap/board.hpp>

using namespace wirewrap;
using namespace wirewrap::literals;

#ifdef WIREWRAP_MISTAKE
constexpr Bytes offset = 5_B;
#else
constexpr Bytes offset = 8_B;
#endif

struct Handheld {
    static constexpr auto name = "handheld";
    static constexpr auto ram = main_ram("handheld.ram", 64_MiB)
                                    .placed(at(0x8000'0000))
                                    .mirrored(at(0xc000'0000), part(offset, 4_KiB));
    static constexpr auto map = memory_map(mirror<"low">(main_ram_at(offset, 4_KiB), at(0x0)),
                                           rom<"boot">(at(0x1000), 4_KiB),
                                           mirror<"vectors">(block_at("boot", offset, 8_B), at(0x2000)));
};
static_assert(Board<Handheld>);
