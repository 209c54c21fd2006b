// What the emulator's tests share: a board with two harts and two serial ports, guests for it, and consoles.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <ctime>
#include <optional>
#include <span>
#include <string>

#include <wirewrap/cpu/riscv/hart.hpp>
#include <wirewrap/device.hpp>
#include <wirewrap/emulator/emulator.hpp>
#include <wirewrap/hostmem/anonymous.hpp>
#include <wirewrap/machine/machine.hpp>

#include "tests/support/rv64_assembler.hpp"

namespace wirewrap::test {

using namespace wirewrap::literals;

inline constexpr std::uint64_t ram_base = 0x8000'0000, uart0 = 0x1000'0000, uart1 = 0x1000'1000,
                               finisher = 0x10'0000, clint = 0x200'0000, plic = 0xc00'0000;
inline constexpr rv64::Reg t0 = 5, t1 = 6, t2 = 7, s0 = 8, s1 = 9, a0 = 10, a1 = 11, a2 = 12;

/// Asks for a stop when it is written to, until it is told to go on.
struct Pause {
    static constexpr Bytes registers = 4_B;
    static constexpr AccessRule access{.widths = {4}};
    template <AccessWord T>
    T read(std::uint64_t) {
        return 0;
    }
    template <AccessWord T>
    void write(std::uint64_t, T) {
        paused = true;
    }
    bool wants_stop() const { return paused; }
    bool paused = false;
};

struct Duo {
    static constexpr auto name = "duo";
    static constexpr std::size_t harts = 2;
    static constexpr auto ram = main_ram("duo.ram", 1_MiB).placed(at(ram_base));
    static constexpr auto map = memory_map(
        device<"test", TestFinisher>(at(finisher), 4_KiB), device<"pause", Pause>(at(0x20'0000), 4_B),
        device<"clint", Clint<2>>(at(clint), 64_KiB), device<"plic", Plic<16, 2>>(at(plic), 6_MiB),
        device<"uart0", Ns16550a>(at(uart0), 256_B), device<"uart1", Ns16550a>(at(uart1), 256_B));
    static constexpr auto wires = wiring(
        wire<"uart0.irq", "plic", 10>, wire<"uart1.irq", "plic", 11>, wire<"plic.context0", "hart0", 11>,
        wire<"plic.context1", "hart1", 11>, wire<"clint.msip0", "hart0", 3>, wire<"clint.mtip0", "hart0", 7>,
        wire<"clint.msip1", "hart1", 3>, wire<"clint.mtip1", "hart1", 7>);
};
using DuoMachine = Machine<Duo, hostmem::Anonymous>;
template <class Bus>
using Rv64 = riscv::Hart<Bus>;

/// Executes one by one, and looks after each whether it is to stop: what the emulator does about stops shows with it whatever
/// execution policy there is.
template <class Bus>
class Stepping : public riscv::Hart<Bus> {
public:
    Stepping(Bus& bus, riscv::HartOptions options) : riscv::Hart<Bus>(bus, options), bus_(bus) {}
    riscv::RunResult run_on(std::uint64_t limit) {
        riscv::RunResult result = riscv::Hart<Bus>::run_on(0);
        std::uint64_t executed = 0;
        while (executed != limit && !bus_.stop_requested()) {
            result = riscv::Hart<Bus>::run_on(1);
            if (result.executed == 0) break;
            ++executed;
        }
        if (bus_.stop_requested()) result.reason = riscv::RunExit::stopped;
        result.executed = executed;
        return result;
    }

private:
    Bus& bus_;
};

/// Types a text when the guest listens, keeps what it prints, sleeps for nobody.
struct Script {
    std::string typed{}, printed{};
    std::size_t next_byte = 0;
    std::chrono::nanoseconds waited{0};
    int waits = 0, from_wait = 0, leaves_at_wait = -1;
    bool left = false;

    std::optional<std::uint8_t> next(bool listening) {
        if (!listening || next_byte == typed.size() || waits < from_wait) return std::nullopt;
        return static_cast<std::uint8_t>(typed[next_byte++]);
    }
    void print(std::span<const std::uint8_t> bytes) { printed.append(bytes.begin(), bytes.end()); }
    void wait(std::chrono::nanoseconds time) {
        waited += time;
        ++waits;
    }
    bool closed() { return left || waits == leaves_at_wait; }
};
/// The same, and says when there is nothing left to type.
struct EndingScript : Script {
    bool ended() { return next_byte == typed.size(); }
};

template <class ClockType = VirtualClock, template <class> class HartType = Rv64>
struct DuoBed {
    using Type = Emulator<DuoMachine, HartType, ClockType>;
    DuoMachine machine = DuoMachine::create().value();
    Type emulator;
    Script console;

    explicit DuoBed(const EmulatorOptions& options = {}) : emulator(machine, options) {}
    /// Puts a program where it was assembled for, and a hart to its start.
    void start(std::size_t hart, const rv64::Assembler& program) {
        const auto ram = machine.ram_span(at(program.base()), Bytes{program.bytes().size()});
        std::ranges::copy(program.bytes(), ram.begin());
        emulator.hart(hart).set_pc(program.base());
    }
    /// A hart that waits for ever.
    void park(std::size_t hart) {
        rv64::Assembler a(ram_base + 0x8'0000 + 0x1000 * hart);
        a.emit(rv64::wfi, rv64::jal(0, -4));
        start(hart, a);
    }
};

inline std::int64_t back(const rv64::Assembler& a, std::uint64_t to) {
    return static_cast<std::int64_t>(to - a.here());
}
inline void finish(rv64::Assembler& a, std::uint32_t value) {
    a.li(t0, finisher);
    a.li(t1, value);
    a.emit(rv64::sw(t1, t0, 0), rv64::jal(0, 0));
}
/// `count` bytes on a port, without looking whether it can take them; then `\n`.
inline void flood(rv64::Assembler& a, std::uint64_t port, std::uint64_t count) {
    a.li(s0, port);
    a.li(t1, count);
    a.li(t2, 'x');
    const std::uint64_t loop = a.here();
    a.emit(rv64::sb(t2, s0, 0), rv64::addi(t1, t1, -1));
    a.emit(rv64::bne(t1, 0, back(a, loop)));
    a.li(t2, '\n');
    a.emit(rv64::sb(t2, s0, 0));
}
/// `count` bytes on a port, each when the transmitter is empty.
inline void print_patiently(rv64::Assembler& a, std::uint64_t port, std::uint64_t count) {
    a.li(s0, port);
    a.li(s1, count);
    const std::uint64_t loop = a.here();
    a.emit(rv64::lbu(t1, s0, 5), rv64::i_type(0x13, 7, t1, t1, 0x20));
    a.emit(rv64::beq(t1, 0, back(a, loop)));
    a.li(t2, 'y');
    a.emit(rv64::sb(t2, s0, 0), rv64::addi(s1, s1, -1));
    a.emit(rv64::bne(s1, 0, back(a, loop)));
}

/// CPU time of this process, in seconds.
inline double cpu_seconds() {
    std::timespec now{};
    ::clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) * 1e-9;
}

}  // namespace wirewrap::test
