// EXPECT: Placement
// A placement is asked where RAM of some size lies; it is never handed the RAM.
#include <span>

#include <wirewrap/board.hpp>

using namespace wirewrap;
using namespace wirewrap::literals;

struct TakesMemory {
#ifdef WIREWRAP_MISTAKE
    using Ram = std::span<std::byte>;
#else
    using Ram = Bytes;
#endif
    constexpr RamWindows windows(Ram) const { return {}; }
};
static_assert(Placement<TakesMemory>);
