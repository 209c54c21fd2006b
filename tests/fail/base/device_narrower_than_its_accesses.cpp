// EXPECT: Doorbell has registers of 2 bytes, into which none of its access widths fits; allow a narrower one
#include <wirewrap/board.hpp>

using namespace wirewrap;
using namespace wirewrap::literals;

struct Doorbell {
    static constexpr AccessRule access{.widths = {4}};
#ifdef WIREWRAP_MISTAKE
    static constexpr Bytes registers = 2_B;
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
