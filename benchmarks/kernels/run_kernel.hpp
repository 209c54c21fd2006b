// Runs a raw image on riscv64/virt with 256 MiB of RAM, until it writes to the test finisher; what it prints goes to
// standard output. The exit status is 0 when the guest ended with success.
//
//     template <class Bus> using Rv64 = riscv::Hart<Bus>;
//     int main(int argc, char** argv) { return run_kernel<Rv64>(argc, argv); }
//
// A third argument is called with the machine and the hart before it runs.
#pragma once

#include <chrono>
#include <cstdint>
#include <cstdio>
#include <fstream>
#include <iterator>
#include <optional>
#include <span>
#include <vector>

#include <wirewrap/cpu.hpp>
#include <wirewrap/emulator.hpp>
#include <wirewrap/hostmem/anonymous.hpp>
#include <wirewrap/loader.hpp>
#include <wirewrap/machine.hpp>

#include <boards/riscv/virt.hpp>

namespace kernels {

using namespace wirewrap;
using namespace wirewrap::literals;

using Board = boards::riscv::Virt;
using Virt = Machine<Board, hostmem::Anonymous>;

struct Output {
    std::optional<std::uint8_t> next(bool) { return std::nullopt; }
    void print(std::span<const std::uint8_t> bytes) { std::fwrite(bytes.data(), 1, bytes.size(), stdout); }
    void wait(std::chrono::nanoseconds) {}
    bool closed() { return false; }
};

inline int failed(const Error& error) {
    std::fprintf(stderr, "hart: %s\n", error.message.c_str());
    return 1;
}

template <template <class> class Rv64>
int run_kernel(int argc, char** argv, auto prepare) {
    if (argc != 2) return failed({"give it one raw image"});
    std::ifstream file(argv[1], std::ios::binary);
    const std::vector<char> image{std::istreambuf_iterator<char>(file), {}};
    if (image.empty()) return failed({"nothing to read in that file"});

    auto machine = Virt::create({.ram_size = 256_MiB});
    if (!machine) return failed(machine.error());
    const GuestAddress start = machine->ram_windows()[0].base;
    if (const auto loaded = load_raw(*machine, argv[1], std::as_bytes(std::span(image)), start); !loaded)
        return failed(loaded.error());

    Emulator<Virt, Rv64> emulator(*machine);
    emulator.hart(0).set_pc(start.value);
    prepare(*machine, emulator.hart(0));
    Output output;
    const Stopped stopped = emulator.run(output);
    return stopped.finish && stopped.finish->kind == Finish::pass ? 0 : 1;
}

template <template <class> class Rv64>
int run_kernel(int argc, char** argv) {
    return run_kernel<Rv64>(argc, argv, [](auto&, auto&) {});
}

}  // namespace kernels
