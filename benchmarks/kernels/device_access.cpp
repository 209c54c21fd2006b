// What a guest's access to a device costs from translated code: a loop of four instructions that loads a register of the
// UART, or stores to one, beside the same loop on RAM, and beside the device's own function called from the host.
//
//     device_access.program              prints lines: name, nanoseconds of CPU for one, the least of several batches
#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <ctime>

#include <wirewrap/device/ns16550a.hpp>
#include <wirewrap/jit.hpp>

#include "benchmarks/kernels/run_kernel.hpp"

namespace {

using namespace kernels;

template <class Bus>
using Rv64 = riscv::Hart<Bus, riscv::Bare, riscv::DefaultDispatch, jit::Translated>;

constexpr std::uint64_t ram_base = 0x8000'0000, uart = 0x1000'0000, scratch = ram_base + 0x10'0000;
constexpr std::uint64_t line_status = 5, scratch_register = 7;
constexpr std::uint64_t count = 2'000'000;

/// riscv64-unknown-elf-as of: 1: ACCESS; add a0, a0, t1; addi t2, t2, -1; bnez t2, 1b, and a store to the test finisher.
constexpr std::array<std::uint32_t, 9> loop_around(std::uint32_t access) {
    return {
        access,
        0x0065'0533,  // add   a0, a0, t1
        0xfff3'8393,  // addi  t2, t2, -1
        0xfe03'9ae3,  // bnez  t2, -12
        0x0010'0eb7,  // lui   t4, 0x100
        0x0000'5337,  // lui   t1, 0x5
        0x5553'0313,  // addi  t1, t1, 0x555
        0x006e'a023,  // sw    t1, 0(t4)
        0x0000'006f,  // j     .
    };
}
constexpr std::uint32_t load = 0x0052'c303,  // lbu   t1, 5(t0)
    store = 0x0062'83a3;                     // sb    t1, 7(t0)

double nanoseconds() {
    timespec now{};
    ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return 1e9 * static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec);
}

template <class Work>
double least_of_batches(Work work) {
    double least = 1e9;
    for (int batch = 0; batch != 9; ++batch) {
        const double before = nanoseconds();
        work();
        least = std::min(least, (nanoseconds() - before) / static_cast<double>(count));
    }
    return least;
}

double in_guest(std::uint32_t access, std::uint64_t base) {
    auto machine = Virt::create({.ram_size = 256_MiB});
    if (!machine) return 0;
    const auto code = loop_around(access);
    const auto there = machine->ram_span(at(ram_base), Bytes{sizeof code});
    std::memcpy(there.data(), code.data(), sizeof code);
    Emulator<Virt, Rv64, VirtualClock> emulator(*machine);
    return least_of_batches([&] {
        machine->update<"test">([](auto& finisher) { finisher.reset(); });
        emulator.hart(0).set_x(5, base);
        emulator.hart(0).set_x(7, count);
        emulator.hart(0).set_pc(ram_base);
        NoConsole console;
        if (!emulator.run(console, 10 * count).finish) std::puts("the guest did not finish");
    });
}

[[gnu::noinline]] std::uint8_t read(Ns16550a& device, std::uint64_t offset) {
    return device.read<std::uint8_t>(offset);
}
[[gnu::noinline]] void write(Ns16550a& device, std::uint64_t offset, std::uint8_t value) {
    device.write<std::uint8_t>(offset, value);
}

}  // namespace

int main() {
    Ns16550a device;
    std::uint64_t sum = 0;
    std::printf("load/device %.3f\n", in_guest(load, uart));
    std::printf("load/ram %.3f\n", in_guest(load, scratch));
    std::printf("load/function %.3f\n", least_of_batches([&] {
                    for (std::uint64_t i = 0; i != count; ++i) sum += read(device, line_status);
                }));
    std::printf("store/device %.3f\n", in_guest(store, uart));
    std::printf("store/ram %.3f\n", in_guest(store, scratch));
    std::printf("store/function %.3f\n", least_of_batches([&] {
                    for (std::uint64_t i = 0; i != count; ++i)
                        write(device, scratch_register, static_cast<std::uint8_t>(i));
                }));
    return sum == 0 ? 1 : 0;
}
