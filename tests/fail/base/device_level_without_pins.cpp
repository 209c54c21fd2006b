// EXPECT: Doorbell has output, but no outputs; a device that drives pins has static constexpr std::array outputs{std::string_view...}
#include <wirewrap/board.hpp>

using namespace wirewrap;
using namespace wirewrap::literals;

struct Doorbell {
    static constexpr Bytes registers = 4_B;
    static constexpr AccessRule access{.widths = {4}};
    bool output(std::size_t) const { return false; }
#ifdef WIREWRAP_MISTAKE

#else
    static constexpr std::array outputs{std::string_view{"irq"}};
#endif
    template <AccessWord T>
    T read(std::uint64_t) {
        return 0;
    }
    template <AccessWord T>
    void write(std::uint64_t, T) {}
};

constexpr auto entry = device<"doorbell", Doorbell>(at(0x1000), 4_B);
