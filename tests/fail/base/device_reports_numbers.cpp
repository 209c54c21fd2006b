// EXPECT: Doorbell has a member take_stored that does not fit or is not public; a device that reports stores to its block has StoredRange take_stored()
#include <wirewrap/board.hpp>

using namespace wirewrap;
using namespace wirewrap::literals;

struct Doorbell {
    static constexpr Bytes registers = 4_B;
    static constexpr AccessRule access{.widths = {4}};
    void attach(std::span<std::byte>) {}
#ifdef WIREWRAP_MISTAKE
    std::size_t take_stored() { return 0; }
#else
    StoredRange take_stored() { return {}; }
#endif
    template <AccessWord T>
    T read(std::uint64_t) {
        return 0;
    }
    template <AccessWord T>
    void write(std::uint64_t, T) {}
};

constexpr auto entry = device<"doorbell", Doorbell>(at(0x1000), 4_B);
