// EXPECT: console: device mapper [0x6000, 0x6008) is narrowed to a bus of 3 bytes; a bus moves 1, 2, 4 or 8 bytes at once
#include <array>
#include <string_view>

#include <wirewrap/board.hpp>

using namespace wirewrap;
using namespace wirewrap::literals;

struct Mapper {
    static constexpr Bytes registers = 8_B;
    static constexpr AccessRule access{.widths = {1}};
    static constexpr std::array controls{std::string_view{"page"}, std::string_view{"on"}};
    template <AccessWord T>
    T read(std::uint64_t) {
        return 0;
    }
    template <AccessWord T>
    void write(std::uint64_t, T) {}
    std::uint64_t control(std::size_t) const { return 0; }
};

struct Console {
    static constexpr auto name = "console";
    static constexpr auto ram = main_ram("ram", 8_KiB).placed(at(0x8000));
#ifdef WIREWRAP_MISTAKE
    static constexpr auto map = memory_map(device<"mapper", Mapper>(at(0x6000), 8_B).narrowed(3_B));
#else
    static constexpr auto map = memory_map(device<"mapper", Mapper>(at(0x6000), 8_B).narrowed(2_B));
#endif
};
static_assert(Board<Console>);
