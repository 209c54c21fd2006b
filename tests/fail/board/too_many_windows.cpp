// EXPECT: handheld: the placement has more than 16 windows for 64 MiB of RAM; give it fewer
#include <wirewrap/board.hpp>

using namespace wirewrap;
using namespace wirewrap::literals;

struct Handheld {
    static constexpr auto name = "handheld";
    static constexpr auto ram = main_ram("handheld.ram", 64_MiB)
                                    .mirrored(at(0x1000'0000), first(8_B))
                                    .mirrored(at(0x2000'0000), first(8_B))
                                    .mirrored(at(0x3000'0000), first(8_B))
                                    .mirrored(at(0x4000'0000), first(8_B))
                                    .mirrored(at(0x5000'0000), first(8_B))
                                    .mirrored(at(0x6000'0000), first(8_B))
                                    .mirrored(at(0x7000'0000), first(8_B))
                                    .mirrored(at(0x8000'0000), first(8_B))
                                    .mirrored(at(0x9000'0000), first(8_B))
                                    .mirrored(at(0xa000'0000), first(8_B))
                                    .mirrored(at(0xb000'0000), first(8_B))
                                    .mirrored(at(0xc000'0000), first(8_B))
                                    .mirrored(at(0xd000'0000), first(8_B))
                                    .mirrored(at(0xe000'0000), first(8_B))
                                    .mirrored(at(0xf000'0000), first(8_B))
#ifdef WIREWRAP_MISTAKE
                                    .mirrored(at(0x1'0000'0000), first(8_B))
#else
#endif
        ;
};
static_assert(Board<Handheld>);
