// EXPECT: Doorbell has a register rung at 0x4, 1 times 4 bytes, which does not lie in its 4 bytes of registers; move it, or decode more
#include <wirewrap/board.hpp>

using namespace wirewrap;
using namespace wirewrap::literals;

struct Doorbell {
    static constexpr AccessRule access{.widths = {4}};
    static constexpr Bytes registers = 4_B;
#ifdef WIREWRAP_MISTAKE
    static constexpr std::array register_map{reg::ro("rung", 0x4, 4)};
#else
    static constexpr std::array register_map{reg::ro("rung", 0x0, 4)};
#endif
    template <AccessWord T>
    T read(std::uint64_t) {
        return 0;
    }
    template <AccessWord T>
    void write(std::uint64_t, T) {}
};

constexpr auto entry = device<"doorbell", Doorbell>(at(0x1000), 4_B);
