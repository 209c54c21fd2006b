// EXPECT: Doorbell has registers that are no constant of type Bytes; a device has static constexpr Bytes registers, what it decodes
#include <wirewrap/board.hpp>

using namespace wirewrap;
using namespace wirewrap::literals;

struct Doorbell {
    static constexpr AccessRule access{.widths = {4}};
#ifdef WIREWRAP_MISTAKE
    static constexpr unsigned registers = 4;
#else
    static constexpr Bytes registers = 4_B;
#endif
    template <AccessWord T>
    T read(std::uint64_t) {
        return 0;
    }
    template <AccessWord T>
    void write(std::uint64_t, T) {}
};

constexpr auto entry = device<"doorbell", Doorbell>(at(0x1000), 4_B);
