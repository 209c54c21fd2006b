// EXPECT: Doorbell has a member state that does not fit or is not public; a device that can be saved has template <class Archive> void state(Archive& archive)
#include <wirewrap/board.hpp>

using namespace wirewrap;
using namespace wirewrap::literals;

struct Doorbell {
    static constexpr Bytes registers = 4_B;
    static constexpr AccessRule access{.widths = {4}};
#ifdef WIREWRAP_MISTAKE
    std::uint32_t state() const { return 0; }
#else
    template <class Archive>
    void state(Archive&) {}
#endif
    template <AccessWord T>
    T read(std::uint64_t) {
        return 0;
    }
    template <AccessWord T>
    void write(std::uint64_t, T) {}
};

constexpr auto entry = device<"doorbell", Doorbell>(at(0x1000), 4_B);
