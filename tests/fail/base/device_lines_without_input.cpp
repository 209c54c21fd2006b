// EXPECT: Doorbell has inputs, but no input; a device that takes interrupt lines has void input(std::size_t line, bool level)
#include <wirewrap/board.hpp>

using namespace wirewrap;
using namespace wirewrap::literals;

struct Doorbell {
    static constexpr Bytes registers = 4_B;
    static constexpr AccessRule access{.widths = {4}};
    static constexpr std::size_t inputs = 4;
#ifdef WIREWRAP_MISTAKE

#else
    void input(std::size_t, bool) {}
#endif
    template <AccessWord T>
    T read(std::uint64_t) {
        return 0;
    }
    template <AccessWord T>
    void write(std::uint64_t, T) {}
};

constexpr auto entry = device<"doorbell", Doorbell>(at(0x1000), 4_B);
