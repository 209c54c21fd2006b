// EXPECT: Count is twice among the policies of a machine, which finds them by their types; take one out, or inherit another type from it
#include <wirewrap/hostmem/anonymous.hpp>
#include <wirewrap/machine.hpp>

using namespace wirewrap;
using namespace wirewrap::literals;

struct Handheld {
    static constexpr auto name = "handheld";
    static constexpr auto ram = main_ram("handheld.ram", 64_MiB).placed(at(0x8000'0000));
};

struct Count {
    void ram_stored(Bytes, std::size_t) { ++stores; }
    std::size_t stores = 0;
};
#ifdef WIREWRAP_MISTAKE
using Watched = Machine<Handheld, hostmem::Anonymous, Count, Count>;
#else
struct CountAlone {
    void ram_stored(Bytes, std::size_t) { ++stores; }
    std::size_t stores = 0;
};
using Watched = Machine<Handheld, hostmem::Anonymous, Count, CountAlone>;
#endif
Watched machine = Watched::create().value();
