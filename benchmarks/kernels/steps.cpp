// steps [ROUNDS]: instructions one by one, beside the same code in one run. A loop over 256 words of RAM, six instructions long.
//
// | row              | an instruction is                                                                          |
// |------------------|--------------------------------------------------------------------------------------------|
// | run              | one of a million that `hart.run(1'000'000)` executes                                       |
// | hart.run(1)      | a call                                                                                     |
// | emulator.step(0) | a call, as a debugger's                                                                    |
// | emulator.run(1)  | a call with a console, on the host's clock and on the virtual one                          |
//
// Prints nanoseconds of CPU of an instruction and the ratio to the first row, medians of several rounds in alternation with the least
// and the most of them; for the hart that interprets, and for what a debugger runs.
#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <functional>
#include <span>
#include <vector>

#include <boards/riscv/virt.hpp>
#include <wirewrap/cpu.hpp>
#include <wirewrap/emulator.hpp>
#include <wirewrap/hostmem/anonymous.hpp>
#include <wirewrap/jit.hpp>
#include <wirewrap/machine.hpp>

namespace {

using namespace wirewrap;
using namespace wirewrap::literals;

constexpr std::uint64_t ram_base = 0x8000'0000;

// riscv64-unknown-elf-as -march=rv64i of:
//         auipc t0, 1
//     1:  lw t1, 0(t0); add a0, a0, t1; sw a0, 0(t0); xori t0, t0, 4; addi a1, a1, 1; bnez t0, 1b
constexpr std::array<std::uint32_t, 7> loop{
    0x0000'1297,  // auipc t0, 1
    0x0002'a303,  // lw    t1, 0(t0)
    0x0065'0533,  // add   a0, a0, t1
    0x00a2'a023,  // sw    a0, 0(t0)
    0x0042'c293,  // xori  t0, t0, 4
    0x0015'8593,  // addi  a1, a1, 1
    0xfe02'96e3,  // bnez  t0, -20
};

using Virt = Machine<boards::riscv::Virt, hostmem::Anonymous>;
template <class Bus>
using Interpreted = riscv::Hart<Bus>;
template <class Bus>
using Debugged = riscv::Hart<Bus, riscv::Rv64gc, riscv::DefaultDispatch, riscv::Breakpoints<jit::Translated>>;

/// A machine and what runs it, at the loop.
template <template <class> class Rv64, class Clock>
struct Bed {
    Virt machine = Virt::create({.ram_size = 64_MiB}).value();
    Emulator<Virt, Rv64, Clock> emulator{machine};
    NoConsole console;

    Bed() {
        if (!machine.debug_write(at(ram_base), std::as_bytes(std::span(loop)))) std::abort();
        emulator.hart(0).set_pc(ram_base);
    }
};

/// Of this process: others may want the processor, too.
double cpu_nanoseconds() {
    std::timespec now{};
    ::clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return static_cast<double>(now.tv_sec) * 1e9 + static_cast<double>(now.tv_nsec);
}

struct Row {
    const char* name;
    std::uint64_t instructions;  // of a round
    std::function<void()> round;
    std::vector<double> nanoseconds{};
};

void print(const char* hart, std::vector<Row>& rows, int rounds) {
    for (int i = 0; i != rounds; ++i)
        for (Row& row : rows) {
            const double start = cpu_nanoseconds();
            row.round();
            row.nanoseconds.push_back((cpu_nanoseconds() - start) / static_cast<double>(row.instructions));
        }
    for (const Row& row : rows) {
        std::vector<double> ratios;
        for (std::size_t i = 0; i != row.nanoseconds.size(); ++i)
            ratios.push_back(rows[0].nanoseconds[i] / row.nanoseconds[i]);
        std::vector<double> times = row.nanoseconds;
        std::ranges::sort(times);
        std::ranges::sort(ratios);
        std::printf("%-12s %-28s %7.2f ns (%.2f to %.2f)   %.3f of the speed (%.3f to %.3f)\n", hart,
                    row.name, times[times.size() / 2], times.front(), times.back(), ratios[ratios.size() / 2],
                    ratios.front(), ratios.back());
    }
}

template <template <class> class Rv64>
void measure(const char* name, int rounds) {
    Bed<Rv64, HostClock> host;
    Bed<Rv64, VirtualClock> counted;
    constexpr std::uint64_t whole = 1'000'000, steps = 100'000;
    const auto times = [](auto step) {
        return [=] {
            for (std::uint64_t i = 0; i != steps; ++i) step();
        };
    };
    std::vector<Row> rows{
        {"run", whole, [&] { host.emulator.hart(0).run(whole); }},
        {"hart.run(1)", steps, times([&] { host.emulator.hart(0).run(1); })},
        {"emulator.step(0)", steps, times([&] { host.emulator.step(0); })},
        {"emulator.run(console, 1)", steps, times([&] { host.emulator.run(host.console, 1); })},
        {"emulator.step(0), virtual", steps, times([&] { counted.emulator.step(0); })},
        {"emulator.run(1), virtual", steps, times([&] { counted.emulator.run(counted.console, 1); })},
    };
    print(name, rows, rounds);
}

}  // namespace

int main(int argc, char** argv) {
    const int rounds = argc > 1 ? std::atoi(argv[1]) : 21;
    if (rounds < 1) return 1;
    measure<Interpreted>("interpreted", rounds);
    measure<Debugged>("debugged", rounds);
}
