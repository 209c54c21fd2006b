// EXPECT: hears of nothing; an observer of harts has void executes
// A hart would be slow for nobody.
#include <cstdint>

#include <wirewrap/cpu/riscv/observed.hpp>

using namespace wirewrap;

struct Count {
#ifdef WIREWRAP_MISTAKE
    // none
#else
    void trapped(const riscv::TakenTrap&) { ++traps; }
#endif
    std::uint64_t traps = 0;
};

using Regions = riscv::Observed<Count>;
Regions observed;
