// EXPECT: Doorbell has no write; a device has template <AccessWord T> void write(std::uint64_t offset, T value)
#include <wirewrap/board.hpp>

using namespace wirewrap;
using namespace wirewrap::literals;

struct Doorbell {
    static constexpr AccessRule access{.widths = {4}};
    static constexpr Bytes registers = 4_B;
    template <AccessWord T>
    T read(std::uint64_t) {
        return 0;
    }
#ifdef WIREWRAP_MISTAKE
#else
    template <AccessWord T>
    void write(std::uint64_t, T) {}
#endif
};

constexpr auto entry = device<"doorbell", Doorbell>(at(0x1000), 4_B);
