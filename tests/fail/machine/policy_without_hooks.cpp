// EXPECT: Count has no hook, so it would hear of nothing; a policy has ram_stored, block_stored, accessed, spanned, wants_fetches, wants_accesses, lent, given_back or attach
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
    void ram_was_stored_to(Bytes, std::size_t) { ++stores; }
#else
    void ram_stored(Bytes, std::size_t) { ++stores; }
#endif
    std::size_t stores = 0;
};
Machine<Handheld, hostmem::Anonymous, Count> machine =
    Machine<Handheld, hostmem::Anonymous, Count>::create().value();
