// EXPECT: console: wire gic.irq0 to line irqq of cpu0 goes nowhere: a cpu has none of that name; give the number of one, or a name of irq and fiq
#include <array>
#include <cstdint>
#include <string_view>

#include <wirewrap/board.hpp>

using namespace wirewrap;
using namespace wirewrap::literals;

struct Gic {
    static constexpr Bytes registers = 4_KiB;
    static constexpr AccessRule access{.widths = {4}};
    static constexpr std::array outputs{std::string_view{"irq0"}};
    template <AccessWord T>
    T read(std::uint64_t) {
        return 0;
    }
    template <AccessWord T>
    void write(std::uint64_t, T) {}
    bool output(std::size_t) const { return false; }
};

struct Console {
    static constexpr auto name = "console";
    static constexpr auto ram = main_ram("console.ram", 64_MiB);
    static constexpr auto map = memory_map(device<"gic", Gic>(at(0x1000'0000), 4_KiB));
    static constexpr CpuWords cpu_words{"cpu", {"irq", "fiq"}};
#ifdef WIREWRAP_MISTAKE
    static constexpr auto wires = wiring(wire<"gic.irq0", "cpu0.irqq">);
#else
    static constexpr auto wires = wiring(wire<"gic.irq0", "cpu0.irq">);
#endif
};
static_assert(Board<Console>);
