// EXPECT: the clock goes by instructions in part; one that does has const members instructions_until
// Its timers would come late, as on a clock of the host.
#include <chrono>
#include <cstdint>
#include <optional>
#include <span>

#include <wirewrap/board.hpp>
#include <wirewrap/cpu.hpp>
#include <wirewrap/emulator.hpp>
#include <wirewrap/hostmem/anonymous.hpp>
#include <wirewrap/machine.hpp>

using namespace wirewrap;
using namespace wirewrap::literals;

struct Handheld {
    static constexpr auto name = "handheld";
    static constexpr auto ram = main_ram("handheld.ram", 64_MiB).placed(at(0x8000'0000));
    static constexpr auto map = memory_map();
};
using Small = Machine<Handheld, hostmem::Anonymous>;

class Slow {
public:
    explicit Slow(std::uint64_t frequency) : clock_(frequency) {}
    std::uint64_t now() const { return clock_.now(); }
    std::uint64_t wall() const { return clock_.wall(); }
    std::chrono::nanoseconds until(std::uint64_t tick) const { return clock_.until(tick); }
    void executed(std::uint64_t instructions) { clock_.executed(instructions); }
    void idle(std::uint64_t tick) { clock_.idle(tick); }
    std::uint64_t instructions_until(std::uint64_t tick) const { return clock_.instructions_until(tick); }
    std::uint64_t now_after(std::uint64_t instructions) const { return clock_.now_after(instructions); }
#ifdef WIREWRAP_MISTAKE
    // There is no wall_after.
#else
    std::uint64_t wall_after(std::uint64_t instructions) const { return clock_.wall_after(instructions); }
#endif

private:
    VirtualClock clock_;
};

void run(Small& machine) {
    Emulator<Small, riscv::DefaultHart, Slow> emulator(machine);
    emulator.run(1000);
}
