// EXPECT: Doorbell has a member want_stop, which a machine never looks at; write wants_stop, or give it another name
#include <wirewrap/board.hpp>

using namespace wirewrap;
using namespace wirewrap::literals;

struct Doorbell {
    static constexpr Bytes registers = 4_B;
    static constexpr AccessRule access{.widths = {4}};
#ifdef WIREWRAP_MISTAKE
    bool want_stop() const { return false; }
#else
    bool wants_stop() const { return false; }
#endif
    template <AccessWord T>
    T read(std::uint64_t) {
        return 0;
    }
    template <AccessWord T>
    void write(std::uint64_t, T) {}
};

constexpr auto entry = device<"doorbell", Doorbell>(at(0x1000), 4_B);
