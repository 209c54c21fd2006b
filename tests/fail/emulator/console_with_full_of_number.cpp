// EXPECT: full would never be called; a console that keeps what is not taken yet has bool
// A guest would print on, and nothing would hold it.
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

struct Pipe {
    std::optional<std::uint8_t> next(bool) { return std::nullopt; }
    void print(std::span<const std::uint8_t>) {}
    void wait(std::chrono::nanoseconds) {}
    bool closed() { return false; }
#ifdef WIREWRAP_MISTAKE
    int full() { return 0; }
#else
    bool full() { return false; }
#endif
};

void run(Small& machine) {
    Emulator<Small, riscv::DefaultHart, VirtualClock> emulator(machine);
    Pipe pipe;
    emulator.run(pipe, 1000);
}
