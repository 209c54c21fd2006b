// EXPECT: handheld accepts 32 MiB, 64 MiB or 128 MiB of RAM, not 48 MiB
#include <wirewrap/machine.hpp>

using namespace wirewrap;
using namespace wirewrap::literals;

struct Handheld {
    static constexpr auto name = "handheld";
    static constexpr auto ram =
        main_ram("handheld.ram", 64_MiB).accepts(one_of(32_MiB, 64_MiB, 128_MiB)).placed(at(0x8000'0000));
};

#ifdef WIREWRAP_MISTAKE
using Wired = Machine<Handheld, hostmem::Fixed<48_MiB>>;
#else
using Wired = Machine<Handheld, hostmem::Fixed<32_MiB>>;
#endif
auto machine = Wired::create();
