// EXPECT: Doorbell has an access of 3 bytes; a bus moves 1, 2, 4 or 8 bytes
#include <wirewrap/board.hpp>

using namespace wirewrap;
using namespace wirewrap::literals;

struct Doorbell {
    static constexpr Bytes registers = 4_B;
#ifdef WIREWRAP_MISTAKE
    static constexpr AccessRule access{.widths = {3}};
#else
    static constexpr AccessRule access{.widths = {4}};
#endif
    template <AccessWord T>
    T read(std::uint64_t) {
        return 0;
    }
    template <AccessWord T>
    void write(std::uint64_t, T) {}
};

constexpr auto entry = device<"doorbell", Doorbell>(at(0x1000), 4_B);
