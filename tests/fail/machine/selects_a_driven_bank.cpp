// EXPECT: a device selects the page of this bank; change the device
#include <array>
#include <string_view>

#include <wirewrap/hostmem.hpp>
#include <wirewrap/machine.hpp>

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
    static constexpr auto map = memory_map(
        rom<"cart">(nowhere, 64_KiB), device<"mapper", Mapper>(at(0x6000), 8_B),
        bank<"driven">("cart", at(0x4000), 4_KiB).selected_by("mapper.page"),
        bank<"free">("cart", at(0x5000), 4_KiB));
};
static_assert(Board<Console>);

void choose(Machine<Console, hostmem::Anonymous>& machine) {
#ifdef WIREWRAP_MISTAKE
    (void)machine.select_bank<"driven">(1);
#else
    (void)machine.select_bank<"free">(1);
#endif
}
