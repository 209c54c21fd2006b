// EXPECT: handheld: rom boot [0x1000, 0x2000) is wholly hidden by overlay soc [0x0, 0x2000); take it out, or let the overlay leave something of it
// EXPECT: handheld: device uart0 [0x20000, 0x20100) is wholly hidden by overlays low [0x20000, 0x20080) to high [0x20080, 0x20100); take it out, or let the overlay leave something of it
#include <wirewrap/board.hpp>
#include <wirewrap/device/ns16550a.hpp>

using namespace wirewrap;
using namespace wirewrap::literals;

#ifdef WIREWRAP_MISTAKE
constexpr Bytes more = 0_B;
#else
constexpr Bytes more = 8_B;
#endif

struct Handheld {
    static constexpr auto name = "handheld";
    static constexpr auto ram = main_ram("handheld.ram", 64_MiB).placed(at(0x8000'0000));
    static constexpr auto map = memory_map(
        rom<"boot">(at(0x1000), 4_KiB), overlay(reserved<"soc">(at(0x0), 8_KiB - more)),
        device<"uart0", Ns16550a>(at(0x2'0000), 256_B + more), overlay(reserved<"low">(at(0x2'0000), 128_B)),
        overlay(reserved<"high">(at(0x2'0080), 128_B)));
};
static_assert(Board<Handheld>);
