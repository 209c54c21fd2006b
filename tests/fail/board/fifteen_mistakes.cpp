// EXPECT: handheld: rom rom0 [0x1004, 0x1404) is not aligned: base and size of memory are multiples of 8 bytes; move or resize it
// EXPECT: handheld: rom rom1 [0x2004, 0x2404) is not aligned: base and size of memory are multiples of 8 bytes; move or resize it
// EXPECT: handheld: rom rom2 [0x3004, 0x3404) is not aligned: base and size of memory are multiples of 8 bytes; move or resize it
// EXPECT: handheld: rom rom3 [0x4004, 0x4404) is not aligned: base and size of memory are multiples of 8 bytes; move or resize it
// EXPECT: handheld: rom rom4 [0x5004, 0x5404) is not aligned: base and size of memory are multiples of 8 bytes; move or resize it
// EXPECT: handheld: rom rom5 [0x6004, 0x6404) is not aligned: base and size of memory are multiples of 8 bytes; move or resize it
// EXPECT: handheld: rom rom6 [0x7004, 0x7404) is not aligned: base and size of memory are multiples of 8 bytes; move or resize it
// EXPECT: handheld: rom rom7 [0x8004, 0x8404) is not aligned: base and size of memory are multiples of 8 bytes; move or resize it
// EXPECT: handheld: rom rom8 [0x9004, 0x9404) is not aligned: base and size of memory are multiples of 8 bytes; move or resize it
// EXPECT: handheld: rom rom9 [0xa004, 0xa404) is not aligned: base and size of memory are multiples of 8 bytes; move or resize it
// EXPECT: handheld: rom rom10 [0xb004, 0xb404) is not aligned: base and size of memory are multiples of 8 bytes; move or resize it
// EXPECT: handheld: rom rom11 [0xc004, 0xc404) is not aligned: base and size of memory are multiples of 8 bytes; move or resize it
// EXPECT: handheld: rom rom12 [0xd004, 0xd404) is not aligned: base and size of memory are multiples of 8 bytes; move or resize it
// EXPECT: handheld: rom rom13 [0xe004, 0xe404) is not aligned: base and size of memory are multiples of 8 bytes; move or resize it
// EXPECT: handheld: rom rom14 [0xf004, 0xf404) is not aligned: base and size of memory are multiples of 8 bytes; move or resize it
// Every mistake is told, each whole.
#include <wirewrap/board.hpp>

using namespace wirewrap;
using namespace wirewrap::literals;

#ifdef WIREWRAP_MISTAKE
constexpr Bytes off = 4_B;
#else
constexpr Bytes off = 0_B;
#endif

struct Handheld {
    static constexpr auto name = "handheld";
    static constexpr auto ram = main_ram("handheld.ram", 64_MiB).placed(at(0x8000'0000));
    static constexpr auto map = memory_map(
        rom<"rom0">(at(0x1000) + off, 1_KiB), rom<"rom1">(at(0x2000) + off, 1_KiB),
        rom<"rom2">(at(0x3000) + off, 1_KiB), rom<"rom3">(at(0x4000) + off, 1_KiB),
        rom<"rom4">(at(0x5000) + off, 1_KiB), rom<"rom5">(at(0x6000) + off, 1_KiB),
        rom<"rom6">(at(0x7000) + off, 1_KiB), rom<"rom7">(at(0x8000) + off, 1_KiB),
        rom<"rom8">(at(0x9000) + off, 1_KiB), rom<"rom9">(at(0xa000) + off, 1_KiB),
        rom<"rom10">(at(0xb000) + off, 1_KiB), rom<"rom11">(at(0xc000) + off, 1_KiB),
        rom<"rom12">(at(0xd000) + off, 1_KiB), rom<"rom13">(at(0xe000) + off, 1_KiB),
        rom<"rom14">(at(0xf000) + off, 1_KiB));
};
static_assert(Board<Handheld>);
