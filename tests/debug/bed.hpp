// The machine of the debugger's tests: two harts and watchpoints, with the guest that //tests/debug:guest compiles.
#pragma once

#include <cstdint>
#include <span>
#include <string>

#include <wirewrap/cpu/riscv/breakpoints.hpp>
#include <wirewrap/debug.hpp>
#include <wirewrap/emulator.hpp>
#include <wirewrap/jit.hpp>
#include <wirewrap/loader.hpp>
#include <wirewrap/state/watchpoints.hpp>

#include "tests/emulator/bed.hpp"

namespace wirewrap::test {

/// Two harts with timers and a serial port; all of it can be saved.
struct Bench {
    static constexpr auto name = "bench";
    static constexpr std::size_t harts = 2;
    static constexpr auto ram = main_ram("bench.ram", 1_MiB).placed(at(ram_base));
    static constexpr auto map = memory_map(device<"test", TestFinisher>(at(finisher), 4_KiB),
                                           rom<"boot">(at(0x1000), 4_KiB),
                                           device<"clint", Clint<2>>(at(clint), 64_KiB),
                                           device<"flash", CfiFlash<1_MiB, 64_KiB>>(at(0x2000'0000), 1_MiB),
                                           device<"uart0", Ns16550a>(at(uart0), 256_B));
    static constexpr auto wires = wiring(wire<"clint.msip0", "hart0", 3>, wire<"clint.mtip0", "hart0", 7>,
                                         wire<"clint.msip1", "hart1", 3>, wire<"clint.mtip1", "hart1", 7>);
};

template <class Bus>
using Interpreted = riscv::Hart<Bus, riscv::Bare, riscv::DefaultDispatch, riscv::Breakpoints<>>;
template <class Bus>
using Translated = riscv::Hart<Bus, riscv::Bare, riscv::DefaultDispatch, riscv::Breakpoints<jit::Translated>>;

template <template <class> class HartType>
struct DebugBed {
    using MachineType = Machine<Bench, hostmem::Anonymous, state::Watchpoints>;
    MachineType machine = MachineType::create().value();
    Emulator<MachineType, HartType, VirtualClock> emulator{machine};

    /// An ELF file, and both harts where it begins.
    Expected<void> load(const std::string& elf) {
        machine.reset();
        const auto loaded = load_elf(machine, "guest", std::as_bytes(std::span(elf)),
                                     {.machine = ElfMachine::riscv, .bits = 64});
        if (!loaded) return std::unexpected(loaded.error());
        for (std::size_t n = 0; n != 2; ++n) {
            emulator.hart(n).reset();
            emulator.hart(n).set_pc(ram_base);
        }
        return {};
    }
};

}  // namespace wirewrap::test
