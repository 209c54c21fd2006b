// EXPECT: reserve
// EXPECT: constexpr
// The compiler runs a board's placement when it checks the board, and host memory is nothing that it can have.
#include <wirewrap/board.hpp>
#include <wirewrap/hostmem.hpp>

using namespace wirewrap;
using namespace wirewrap::literals;

struct Hoards {
    constexpr RamWindows windows(Bytes size) const {
#ifdef WIREWRAP_MISTAKE
        auto memory = hostmem::Anonymous::reserve(size, {});
#else
#endif
        RamWindows result;
        result.push_back({at(0x8000'0000), size, 0_B});
        return result;
    }
};

struct Handheld {
    static constexpr auto name = "handheld";
    static constexpr auto ram = main_ram("handheld.ram", 64_MiB).placed(Hoards{});
};
static_assert(Board<Handheld>);
