// EXPECT: Count has a member ram_stored that does not fit or is not public; a policy has void ram_stored(Bytes offset, std::size_t width)
#include <wirewrap/hostmem/anonymous.hpp>
#include <wirewrap/machine.hpp>

using namespace wirewrap;
using namespace wirewrap::literals;

struct Handheld {
    static constexpr auto name = "handheld";
    static constexpr auto ram = main_ram("handheld.ram", 64_MiB).placed(at(0x8000'0000));
};

struct Count {
#ifdef WIREWRAP_MISTAKE
    void ram_stored(std::uint64_t, std::size_t) { ++stores; }
#else
    void ram_stored(Bytes, std::size_t) { ++stores; }
#endif
    std::size_t stores = 0;
};
Machine<Handheld, hostmem::Anonymous, Count> machine =
    Machine<Handheld, hostmem::Anonymous, Count>::create().value();
