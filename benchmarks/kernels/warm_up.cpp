// How long it takes until code is translated: a kernel runs once on a hart that has seen nothing, then again on the same
// hart, whose translations stay. Both runs are cut into slices of as many instructions, and a slice is at full speed when
// it, with the nine behind it, takes no more than 1 / 0.9 of the time that it takes when all is translated.
//
//     warm_up.program KERNEL.bin         prints: ms of CPU from the first instruction to the first slice at full speed,
//                                        ms of the whole first run, ms of a later one
#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <ctime>
#include <fstream>
#include <iterator>
#include <span>
#include <vector>

#include <wirewrap/jit.hpp>

#include "benchmarks/kernels/run_kernel.hpp"

namespace {

using namespace kernels;

template <class Bus>
using Rv64 = riscv::Hart<Bus, riscv::Bare, riscv::DefaultDispatch, jit::Translated>;

constexpr std::uint64_t slice = 200'000;
constexpr std::size_t together = 10;

double milliseconds() {
    timespec now{};
    ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return 1e3 * static_cast<double>(now.tv_sec) + 1e-6 * static_cast<double>(now.tv_nsec);
}

/// What each slice took.
template <class E>
std::vector<double> run_in_slices(E& emulator, std::uint64_t start) {
    emulator.machine().template update<"test">([](auto& finisher) { finisher.reset(); });
    emulator.hart(0).set_pc(start);
    NoConsole console;
    std::vector<double> times;
    double before = milliseconds();
    for (bool ended = false; !ended;) {
        const Stopped stopped = emulator.run(console, slice);
        const double now = milliseconds();
        times.push_back(now - before);
        before = now;
        ended = stopped.reason != StopReason::limit;
    }
    return times;
}

double sum(std::span<const double> times) {
    double all = 0;
    for (const double time : times) all += time;
    return all;
}

}  // namespace

int main(int argc, char** argv) {
    if (argc != 2) return failed({"give it one raw image"});
    std::ifstream file(argv[1], std::ios::binary);
    const std::vector<char> image{std::istreambuf_iterator<char>(file), {}};
    // Pages that come with their first access are no part of a translator's time.
    auto machine = Virt::create({.ram_size = 256_MiB, .memory = {.prealloc = true}});
    if (!machine) return failed(machine.error());
    const GuestAddress start = machine->ram_windows()[0].base;
    if (const auto loaded = load_raw(*machine, argv[1], std::as_bytes(std::span(image)), start); !loaded)
        return failed(loaded.error());

    Emulator<Virt, Rv64, VirtualClock> emulator(*machine);
    const std::vector<double> first = run_in_slices(emulator, start.value);
    std::vector<double> later = run_in_slices(emulator, start.value);
    const std::vector<double> again = run_in_slices(emulator, start.value);
    if (first.size() != later.size() || first.size() != again.size() || first.size() < 2 * together)
        return failed({"runs of the same kernel differ in length"});
    for (std::size_t i = 0; i != later.size(); ++i) later[i] = std::min(later[i], again[i]);

    std::size_t slices = 0;
    while (slices + together <= first.size() && 0.9 * sum(std::span(first).subspan(slices, together)) >
                                                    sum(std::span(later).subspan(slices, together)))
        ++slices;
    std::printf("%.3f %.3f %.3f\n", sum(std::span(first).first(slices)), sum(first), sum(again));
    return 0;
}
