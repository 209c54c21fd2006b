// EXPECT: Doorbell has a member output that does not fit or is not public; a device that drives pins has bool output(std::size_t pin) const
#include <wirewrap/board.hpp>

using namespace wirewrap;
using namespace wirewrap::literals;

struct Doorbell {
    static constexpr Bytes registers = 4_B;
    static constexpr AccessRule access{.widths = {4}};
    static constexpr std::array outputs{std::string_view{"irq"}};
#ifdef WIREWRAP_MISTAKE
    bool output(std::size_t) { return false; }
#else
    bool output(std::size_t) const { return false; }
#endif
    template <AccessWord T>
    T read(std::uint64_t) {
        return 0;
    }
    template <AccessWord T>
    void write(std::uint64_t, T) {}
};

constexpr auto entry = device<"doorbell", Doorbell>(at(0x1000), 4_B);
