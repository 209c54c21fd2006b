// EXPECT: Doorbell cannot be moved, but a machine is a value that moves with its devices; let it be copied or moved
#include <wirewrap/board.hpp>

using namespace wirewrap;
using namespace wirewrap::literals;

struct Doorbell {
    static constexpr Bytes registers = 4_B;
    static constexpr AccessRule access{.widths = {4}};
    Doorbell() = default;
#ifdef WIREWRAP_MISTAKE
    Doorbell(const Doorbell&) = delete;
#else
    Doorbell(const Doorbell&) = default;
#endif
    template <AccessWord T>
    T read(std::uint64_t) {
        return 0;
    }
    template <AccessWord T>
    void write(std::uint64_t, T) {}
};

constexpr auto entry = device<"doorbell", Doorbell>(at(0x1000), 4_B);
