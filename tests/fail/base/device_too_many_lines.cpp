// EXPECT: Doorbell has 65537 inputs; a device has 65536 at most
#include <wirewrap/board.hpp>

using namespace wirewrap;
using namespace wirewrap::literals;

struct Doorbell {
    static constexpr Bytes registers = 4_B;
    static constexpr AccessRule access{.widths = {4}};
    void input(std::size_t, bool) {}
#ifdef WIREWRAP_MISTAKE
    static constexpr std::size_t inputs = 65537;
#else
    static constexpr std::size_t inputs = 65536;
#endif
    template <AccessWord T>
    T read(std::uint64_t) {
        return 0;
    }
    template <AccessWord T>
    void write(std::uint64_t, T) {}
};

constexpr auto entry = device<"doorbell", Doorbell>(at(0x1000), 4_B);
