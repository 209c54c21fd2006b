// EXPECT: console: device mapper [0x10000, 0x10008) does not fit into 16 address bits, which end at 0x10000; move it or widen port_bits
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
    static constexpr auto ports = memory_map(device<"mapper", Mapper>(at(0x1'0000), 8_B));
#else
    static constexpr auto ports = memory_map(device<"mapper", Mapper>(at(0xfff8), 8_B));
#endif
};
static_assert(Board<Console>);
