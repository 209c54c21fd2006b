// EXPECT: console: bank romx [0x4000, 0x5000) follows maper.page, but the map has no device maper; name one that it has
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
                                           bank<"romx">("cart", at(0x4000), 4_KiB).selected_by("maper.page"));
#else
    static constexpr auto map = memory_map(
        rom<"cart">(nowhere, 64_KiB), device<"mapper", Mapper>(at(0x6000), 8_B),
        bank<"romx">("cart", at(0x4000), 4_KiB).selected_by("mapper.page"));
#endif
};
static_assert(Board<Console>);
