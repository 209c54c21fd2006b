// EXPECT: Doorbell has a member reset that does not fit or is not public; a device that can be reset has void reset()
#include <wirewrap/board.hpp>

using namespace wirewrap;
using namespace wirewrap::literals;

struct Doorbell {
    static constexpr Bytes registers = 4_B;
    static constexpr AccessRule access{.widths = {4}};
#ifdef WIREWRAP_MISTAKE
    void reset(bool) {}
#else
    void reset() {}
#endif
    template <AccessWord T>
    T read(std::uint64_t) {
        return 0;
    }
    template <AccessWord T>
    void write(std::uint64_t, T) {}
};

constexpr auto entry = device<"doorbell", Doorbell>(at(0x1000), 4_B);
