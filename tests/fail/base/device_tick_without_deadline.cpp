// EXPECT: Doorbell has tick, but no deadline; a device that follows the timer has std::uint64_t deadline() const
#include <wirewrap/board.hpp>

using namespace wirewrap;
using namespace wirewrap::literals;

struct Doorbell {
    static constexpr Bytes registers = 4_B;
    static constexpr AccessRule access{.widths = {4}};
    void tick(std::uint64_t) {}
#ifdef WIREWRAP_MISTAKE

#else
    std::uint64_t deadline() const { return ~std::uint64_t{0}; }
#endif
    template <AccessWord T>
    T read(std::uint64_t) {
        return 0;
    }
    template <AccessWord T>
    void write(std::uint64_t, T) {}
};

constexpr auto entry = device<"doorbell", Doorbell>(at(0x1000), 4_B);
