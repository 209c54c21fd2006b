// EXPECT: the reasons that run() gives have no waiting; an emulator has to know when a hart does nothing until
// An emulator sleeps when all harts wait, so it has to be told.
#include <cstdint>

#include <wirewrap/board.hpp>
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

template <class Bus>
struct MyCpu {
#ifdef WIREWRAP_MISTAKE
    enum class Exit { budget, halted };
#else
    enum class Exit { budget, waiting };
#endif
    struct Result {
        std::uint64_t executed;
        Exit reason;
    };
    struct Options {
        std::size_t hart_id;
    };
    MyCpu(Bus& bus, Options) : memory(bus) {}
    Result run(std::uint64_t limit) { return {limit, Exit::budget}; }
    Bus& memory;
};
using Small = Machine<Handheld, hostmem::Anonymous>;

void run(Small& machine) {
    Emulator<Small, MyCpu, VirtualClock> emulator(machine);
    emulator.run(1000);
}
