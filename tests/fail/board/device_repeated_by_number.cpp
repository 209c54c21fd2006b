// EXPECT: console: device d [0x1000, 0x1020) repeats a number of times, as a mirror can; write repeated() for registers that fill the window, or repeat a mirror of it
#include <cstdint>

#include <wirewrap/board.hpp>

using namespace wirewrap;
using namespace wirewrap::literals;

struct Registers {
    static constexpr Bytes registers = 8_B;
    static constexpr AccessRule access{.widths = {1}};
    template <AccessWord T>
    T read(std::uint64_t) {
        return 0;
    }
    template <AccessWord T>
    void write(std::uint64_t, T) {}
};
struct Console {
    static constexpr auto name = "console";
    static constexpr auto ram = main_ram("ram", 8_KiB).placed(at(0x8000));
#ifdef WIREWRAP_MISTAKE
    static constexpr auto map = memory_map(device<"d", Registers>(at(0x1000), 16_B).repeated(2));
#else
    static constexpr auto map = memory_map(device<"d", Registers>(at(0x1000), 32_B).repeated());
#endif
};
static_assert(Board<Console>);
