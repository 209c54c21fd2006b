// EXPECT: handheld: main RAM handheld.ram [0x0, 0x4000000) and rom boot [0x0, 0x10000) share [0x0, 0x10000)
#include <wirewrap/machine.hpp>

using namespace wirewrap;
using namespace wirewrap::literals;

struct Handheld {
    static constexpr auto name = "handheld";
#ifdef WIREWRAP_MISTAKE
    static constexpr auto ram = main_ram("handheld.ram", 64_MiB).placed(at(0x0));
#else
    static constexpr auto ram = main_ram("handheld.ram", 64_MiB).placed(at(0x8000'0000));
#endif
    static constexpr auto map = memory_map(rom<"boot">(at(0x0), 64_KiB));
};

auto machine = Machine<Handheld, hostmem::Anonymous>::create();
