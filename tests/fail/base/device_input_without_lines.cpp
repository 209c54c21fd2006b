// EXPECT: Doorbell has input, but no inputs; a device that takes interrupt lines has static constexpr std::size_t inputs
#include <wirewrap/board.hpp>

using namespace wirewrap;
using namespace wirewrap::literals;

struct Doorbell {
    static constexpr Bytes registers = 4_B;
    static constexpr AccessRule access{.widths = {4}};
    void input(std::size_t, bool) {}
#ifdef WIREWRAP_MISTAKE

#else
    static constexpr std::size_t inputs = 4;
#endif
    template <AccessWord T>
    T read(std::uint64_t) {
        return 0;
    }
    template <AccessWord T>
    void write(std::uint64_t, T) {}
};

constexpr auto entry = device<"doorbell", Doorbell>(at(0x1000), 4_B);
