// EXPECT: Doorbell cannot be made without arguments, as a machine makes its devices; give it a public default constructor
#include <wirewrap/board.hpp>

using namespace wirewrap;
using namespace wirewrap::literals;

struct Doorbell {
    static constexpr Bytes registers = 4_B;
    static constexpr AccessRule access{.widths = {4}};
#ifdef WIREWRAP_MISTAKE
    explicit Doorbell(int) {}
#else
    Doorbell() = default;
#endif
    template <AccessWord T>
    T read(std::uint64_t) {
        return 0;
    }
    template <AccessWord T>
    void write(std::uint64_t, T) {}
};

constexpr auto entry = device<"doorbell", Doorbell>(at(0x1000), 4_B);
