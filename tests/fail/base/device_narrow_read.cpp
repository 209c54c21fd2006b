// EXPECT: Doorbell has a read that does not take accesses of 4 bytes, which its access allows; a device has template <AccessWord T> T read(std::uint64_t offset), public, or allows fewer widths
#include <wirewrap/board.hpp>

using namespace wirewrap;
using namespace wirewrap::literals;

struct Doorbell {
    static constexpr AccessRule access{.widths = {4}};
    static constexpr Bytes registers = 4_B;
#ifdef WIREWRAP_MISTAKE
    template <AccessWord T>
    std::uint8_t read(std::uint64_t) {
        return 0;
    }
#else
    template <AccessWord T>
    T read(std::uint64_t) {
        return 0;
    }
#endif
    template <AccessWord T>
    void write(std::uint64_t, T) {}
};

constexpr auto entry = device<"doorbell", Doorbell>(at(0x1000), 4_B);
