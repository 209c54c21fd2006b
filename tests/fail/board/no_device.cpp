// EXPECT: Doorbell has no access; a device has static constexpr AccessRule access{.widths = {4}} or other widths
#include <wirewrap/board.hpp>

using namespace wirewrap;
using namespace wirewrap::literals;

struct Doorbell {
    static constexpr Bytes registers = 4_B;
#ifdef WIREWRAP_MISTAKE
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
