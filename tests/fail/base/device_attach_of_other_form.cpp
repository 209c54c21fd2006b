// EXPECT: Doorbell has a member attach that does not fit or is not public; a device that keeps its contents in a block has void attach(std::span<std::byte> block)
#include <wirewrap/board.hpp>

using namespace wirewrap;
using namespace wirewrap::literals;

struct Doorbell {
    static constexpr Bytes registers = 4_B;
    static constexpr AccessRule access{.widths = {4}};
#ifdef WIREWRAP_MISTAKE
    void attach(std::byte*, std::size_t) {}
#else
    void attach(std::span<std::byte>) {}
#endif
    template <AccessWord T>
    T read(std::uint64_t) {
        return 0;
    }
    template <AccessWord T>
    void write(std::uint64_t, T) {}
};

constexpr auto entry = device<"doorbell", Doorbell>(at(0x1000), 4_B);
