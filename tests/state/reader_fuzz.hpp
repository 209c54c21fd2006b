// What the reader of snapshots is tried with: any bytes, as they are, and with checksums made right so that what lies behind
// them is reached; then restored into a machine, which must be as before when that is refused, and run when it is not.
#pragma once

#include <cstdlib>
#include <cstring>
#include <span>
#include <vector>

#include <boards/riscv/virt.hpp>
#include <wirewrap/cpu/riscv/dispatch_goto.hpp>
#include <wirewrap/cpu/riscv/hart.hpp>
#include <wirewrap/emulator.hpp>
#include <wirewrap/machine/machine.hpp>
#include <wirewrap/state/restore.hpp>
#include <wirewrap/state/snapshot.hpp>

namespace wirewrap::test {

template <class Bus>
using FuzzedHart =
    riscv::Hart<Bus, riscv::Bare, riscv::GotoDispatch>;  // which the sanitizers of clang can instrument

struct FuzzedMachine {
    using Type = Machine<boards::riscv::Virt, hostmem::Anonymous>;
    Type machine = Type::create({.ram_size = Bytes{64 << 10}}).value();
    Emulator<Type, FuzzedHart, VirtualClock> emulator{machine};
};

/// Makes the sums of all sections that there are right, and the file's.
inline std::vector<std::byte> with_right_sums(std::span<const std::byte> bytes) {
    namespace format = state::format;
    std::vector<std::byte> file(bytes.begin(), bytes.end());
    const auto put = [&](std::size_t at, std::uint64_t value) {
        write_memory<std::uint64_t>(file.data() + at, value);
    };
    if (file.size() < format::head_size) return file;
    std::vector<std::byte> heads(file.begin(), file.begin() + format::head_size);
    std::size_t at = format::head_size;
    for (std::uint32_t number = 0; file.size() - at >= format::section_head_size; ++number) {
        const auto type = read_memory<std::uint32_t>(file.data() + at);
        const std::size_t begin = at + format::section_head_size;
        const std::size_t length = std::min<std::uint64_t>(read_memory<std::uint64_t>(file.data() + at + 8),
                                                           file.size() - begin);
        write_memory<std::uint32_t>(file.data() + at + 4, number);
        put(at + 8, length);
        if (type == format::done && length == 8) put(begin, state::xxh64(heads));
        put(at + 16, state::xxh64(std::span(file).subspan(begin, length)));
        put(at + 24, state::xxh64(std::span(file).subspan(at, 24)));
        heads.insert(heads.end(), file.begin() + static_cast<std::ptrdiff_t>(at),
                     file.begin() + static_cast<std::ptrdiff_t>(begin));
        at = begin + length;
    }
    return file;
}

/// True when the bytes were a snapshot of the machine. Aborts when a refused one has changed it.
inline bool read_anything(std::span<const std::byte> bytes) {
    static FuzzedMachine fuzzed;
    bool restored = false;
    for (const auto& file : {std::vector<std::byte>(bytes.begin(), bytes.end()), with_right_sums(bytes)}) {
        const auto snapshot = state::Snapshot::parse("fuzzed", file);
        if (!snapshot) continue;
        const auto ram = fuzzed.machine.ram_memory()->span();
        ram[0] = std::byte{0x5a};
        const std::uint64_t pc = fuzzed.emulator.hart(0).pc();
        if (state::restore(fuzzed.emulator, *snapshot)) {
            NoConsole console;
            fuzzed.emulator.run(console, 200);
            restored = true;
        } else if (ram[0] != std::byte{0x5a} || fuzzed.emulator.hart(0).pc() != pc) {
            std::abort();
        }
    }
    return restored;
}

}  // namespace wirewrap::test
