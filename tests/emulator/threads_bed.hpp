// Boards with two and four harts and two serial ports, and the guest that //tests/emulator:team compiles, on threads and in turns.
#pragma once

#include <algorithm>
#include <cstdint>
#include <span>
#include <stdexcept>
#include <string>

#include <wirewrap/emulator/emulator.hpp>
#include <wirewrap/emulator/threaded_emulator.hpp>
#include <wirewrap/hostmem/anonymous.hpp>
#include <wirewrap/loader.hpp>
#include <wirewrap/machine/machine.hpp>

#include "tests/emulator/bed.hpp"
#include "tests/examples/process.hpp"

namespace wirewrap::test {

struct Quartet {
    static constexpr auto name = "quartet";
    static constexpr std::size_t harts = 4;
    static constexpr std::uint64_t timebase = 10'000'000;
    static constexpr auto ram = main_ram("quartet.ram", 1_MiB).placed(at(ram_base));
    static constexpr auto map = memory_map(
        device<"test", TestFinisher>(at(finisher), 4_KiB), device<"clint", Clint<4>>(at(clint), 64_KiB),
        device<"uart0", Ns16550a>(at(uart0), 256_B), device<"uart1", Ns16550a>(at(uart1), 256_B));
    static constexpr auto wires = wiring(wire<"clint.msip0", "hart0", 3>, wire<"clint.mtip0", "hart0", 7>,
                                         wire<"clint.msip1", "hart1", 3>, wire<"clint.mtip1", "hart1", 7>,
                                         wire<"clint.msip2", "hart2", 3>, wire<"clint.mtip2", "hart2", 7>,
                                         wire<"clint.msip3", "hart3", 3>, wire<"clint.mtip3", "hart3", 7>);
};

/// The emulators have the same functions, but for a thread that cannot be had.
inline Stopped stopped_of(const Stopped& stopped) { return stopped; }
inline Stopped stopped_of(const Expected<Stopped>& stopped) { return stopped.value(); }

template <class Board, template <class, template <class> class> class EmulatorType,
          template <class> class HartType, class... Policies>
struct BoardBed {
    using MachineType = Machine<Board, hostmem::Anonymous, Policies...>;
    MachineType machine = MachineType::create().value();
    EmulatorType<MachineType, HartType> emulator;
    EndingScript uart0, uart1;

    explicit BoardBed(const EmulatorOptions& options = {}) : emulator(machine, options) {
        emulator.template connect<"uart0">(uart0);
        emulator.template connect<"uart1">(uart1);
    }
    /// The guest, for so many rounds.
    void load(std::uint64_t rounds) {
        const std::string elf = file_contents("tests/emulator/team.elf");
        const auto loaded = load_elf(machine, "team", std::as_bytes(std::span(elf)),
                                     {.machine = ElfMachine::riscv, .bits = 64});
        if (!loaded) throw std::runtime_error(loaded.error().message);
        for (std::size_t n = 0; n != Board::harts; ++n) {
            emulator.hart(n).set_pc(ram_base);
            emulator.hart(n).set_x(11, rounds);
            emulator.hart(n).set_x(12, Board::harts);
        }
    }
    /// A program for one hart.
    void start(std::size_t hart, const rv64::Assembler& program) {
        const auto ram = machine.ram_span(at(program.base()), Bytes{program.bytes().size()});
        std::ranges::copy(program.bytes(), ram.begin());
        emulator.hart(hart).set_pc(program.base());
    }
    /// Harts from this one on wait for ever.
    void park_from(std::size_t hart) {
        for (; hart != Board::harts; ++hart) {
            rv64::Assembler a(ram_base + 0x8'0000 + 0x1000 * hart);
            a.emit(rv64::wfi, rv64::jal(0, -4));
            start(hart, a);
        }
    }
    Stopped run(std::uint64_t limit = ~std::uint64_t{0}) { return stopped_of(emulator.run(limit)); }
};

template <template <class, template <class> class> class EmulatorType, template <class> class HartType,
          class... Policies>
using TeamBed = BoardBed<Quartet, EmulatorType, HartType, Policies...>;

template <class Machine, template <class> class HartType>
using InTurns = Emulator<Machine, HartType, VirtualClock>;
template <class Machine, template <class> class HartType>
using InTurnsOfHostTime = Emulator<Machine, HartType>;
template <class Machine, template <class> class HartType>
using OnThreads = ThreadedEmulator<Machine, HartType>;

}  // namespace wirewrap::test
