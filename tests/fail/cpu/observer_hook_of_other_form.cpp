// EXPECT: has a member executes that does not fit or is not public; an observer of harts has void executes
// It would never be called, and nobody would know.
#include <cstdint>

#include <wirewrap/cpu/riscv/observed.hpp>

using namespace wirewrap;

struct Count {
#ifdef WIREWRAP_MISTAKE
    void executes(std::uint64_t) { ++instructions; }
#else
    void executes(const riscv::NextInstruction&) { ++instructions; }
#endif
    std::uint64_t instructions = 0;
};

using Regions = riscv::Observed<Count>;
Regions observed;
