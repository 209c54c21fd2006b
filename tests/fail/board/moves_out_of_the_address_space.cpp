// EXPECT: console: mirror bar [0x4000, 0x5000) moves in [0xf000, 0x11000), which does not fit into 16 address bits; let it move in less
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
    static constexpr auto map = memory_map(rom<"cart">(nowhere, 64_KiB),
                                           device<"mapper", Mapper>(at(0x6000), 8_B),
                                           overlay(mirror<"bar">(block_at("cart", 0_B, 4_KiB), at(0x4000)))
                                               .moved_by("mapper.page", window(at(0xf000), 8_KiB)));
#else
    static constexpr auto map = memory_map(rom<"cart">(nowhere, 64_KiB),
                                           device<"mapper", Mapper>(at(0x6000), 8_B),
                                           overlay(mirror<"bar">(block_at("cart", 0_B, 4_KiB), at(0x4000)))
                                               .moved_by("mapper.page", window(at(0xe000), 8_KiB)));
#endif
    static constexpr unsigned address_bits = 16;
};
static_assert(Board<Console>);
