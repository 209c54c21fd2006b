// How a machine of `riscv64/virt` runs for `wirewrap run`: the template of which run.cpp makes one, for one hart, run_harts.cpp
// one for several, and run_threads.cpp one for several on threads.
// Harts on one thread can be debugged and traced, because breakpoints and observers cost nothing until there is one.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

#include <unistd.h>

#include <fmt/core.h>

#include <wirewrap/config.hpp>
#include <wirewrap/console.hpp>
#include <wirewrap/cpu/riscv/breakpoints.hpp>
#include <wirewrap/cpu/riscv/hart.hpp>
#include <wirewrap/cpu/riscv/rv64gc.hpp>
#include <wirewrap/debug.hpp>
#include <wirewrap/emulator.hpp>
#include <wirewrap/hostmem/selected.hpp>
#if defined(__x86_64__)
#include <wirewrap/jit.hpp>
#endif
#include <wirewrap/files/places.hpp>
#include <wirewrap/machine.hpp>
#include <wirewrap/state/watchpoints.hpp>

#include <boards/riscv/virt.hpp>

#include "examples/wirewrap/booting.hpp"
#include "examples/wirewrap/commands.hpp"
#include "examples/wirewrap/harts_now.hpp"
#include "examples/wirewrap/network_input.hpp"
#include "examples/wirewrap/progress_line.hpp"
#include "examples/wirewrap/snapshots.hpp"
#include "examples/wirewrap/text_file.hpp"
#include "examples/wirewrap/tracing.hpp"
#include "examples/wirewrap/virtio_devices.hpp"

namespace command {

/// As `run`, of several harts, in a file of its own: they are another type.
wirewrap::Expected<int> run_harts(const wirewrap::config::Configuration& configuration,
                                  const RunRequest& request,
                                  const std::optional<wirewrap::state::Snapshot>& snapshot);
/// Both of them with time that goes by instructions.
wirewrap::Expected<int> run_counted(const wirewrap::config::Configuration& configuration,
                                    const RunRequest& request,
                                    const std::optional<wirewrap::state::Snapshot>& snapshot);
wirewrap::Expected<int> run_counted_harts(const wirewrap::config::Configuration& configuration,
                                          const RunRequest& request,
                                          const std::optional<wirewrap::state::Snapshot>& snapshot);
/// Several harts with a thread for each of them.
wirewrap::Expected<int> run_threads(const wirewrap::config::Configuration& configuration,
                                    const RunRequest& request,
                                    const std::optional<wirewrap::state::Snapshot>& snapshot);

namespace running {

using namespace wirewrap;

/// What -smp may ask for.
inline constexpr std::size_t most_harts = 8;
/// The board of runs with more than one hart. Those that were not asked for are not there.
using SeveralHarts = boards::riscv::VirtHarts<most_harts>;

/// A failure is never 0, and a process has 8 bits for it.
inline int exit_status(const Finish& finish) {
    if (finish.kind != Finish::fail) return 0;  // a reset, where that ends the run
    constexpr std::uint16_t largest = 255;
    if (finish.code > largest)
        fmt::print(stderr, "wirewrap: the guest failed with code {}, and an exit status is {} at most\n",
                   finish.code, largest);
    return finish.code == 0 ? 1 : std::min(finish.code, largest);
}

/// A person types at the guest's port; standard input may be something else.
inline bool types_at_terminal(const RunRequest& request) {
    return (!request.serial || request.serial->kind == console::SerialPlace::Kind::standard) &&
           ::isatty(STDIN_FILENO) == 1;
}

/// The console elsewhere than on standard input and output, and said where.
inline Expected<std::optional<console::Opened>> open_serial(const RunRequest& request) {
    using Kind = console::SerialPlace::Kind;
    if (!request.serial || request.serial->kind == Kind::standard) return std::nullopt;
    auto opened = console::open_console(*request.serial);
    if (!opened) return fail("-serial: ", std::string_view(opened.error().message));
    if (!opened->name().empty()) fmt::print(stderr, "wirewrap: the serial port is at {}\n", opened->name());
    if (auto* const server = std::get_if<console::Server>(&opened->any());
        server != nullptr && request.serial->wait) {
        fmt::print(stderr, "wirewrap: the guest begins when somebody has connected\n");
        if (const auto came = server->wait_for_client(); !came)
            return fail("-serial: ", std::string_view(came.error().message));
    }
    return std::optional(std::move(*opened));
}

/// Runs, and says on the way when a hart traps for ever: it goes on, for that is what the machine does.
template <class Runner>
Expected<Stopped> run_telling(Runner& runner, RunConsole& console, std::uint64_t limit) {
    Stopped whole;
    for (;;) {
        Expected<Stopped> part = runner.run(console, limit - whole.executed);
        if (!part) return part;
        part->executed += whole.executed;
        whole = *part;
        if (whole.reason != StopReason::trapping) return whole;
        fmt::print(stderr, "wirewrap: {}\n", describe(*whole.trapping).view());
    }
}

/// What the guest printed and nobody got, said when the run is over; nothing is said when that is nothing.
template <class Machine>
void tell_lost(const Machine& machine, RunConsole& console) {
    console.flush();
    if (const std::uint64_t lost = machine.template device<"uart0">().lost() + console.lost(); lost != 0)
        fmt::print(stderr, "wirewrap: {} bytes that the guest printed were lost\n", lost);
}

/// The tree that the guest would get, to a file.
template <class Hart, class Machine>
Expected<int> dump_tree(Machine& machine, const Images& images, const RunRequest& request) {
    std::vector<std::byte> tree;
    if (const auto loaded = load<Hart>(machine, images, request, false, &tree); !loaded)
        return std::unexpected(loaded.error());
    const std::string text(reinterpret_cast<const char*>(tree.data()), tree.size());
    if (const auto written = write_file(*request.dump_tree, text); !written)
        return std::unexpected(written.error());
    return 0;
}

/// The emulator behind a door for a debugger, and said where that is.
template <class Emulator, class Reset>
Expected<std::optional<debug::Debugger<Emulator>>> open_door(Emulator& emulator, const RunRequest& request,
                                                             Reset reset) {
    auto door = debug::Door::open(*request.debugger);
    if (!door) return std::unexpected(door.error());
    fmt::print(stderr, "wirewrap: a debugger may come to {}{}\n", door->name(),
               request.halted ? ", and the guest waits for it" : "");
    const auto say = [](std::string_view text) { fmt::print(stderr, "wirewrap: {}\n", text); };
    return Expected<std::optional<debug::Debugger<Emulator>>>(
        std::in_place, std::in_place, emulator, std::move(*door),
        debug::DebuggerOptions{.halted = request.halted, .reset = reset, .say = say});
}

/// `Regions` is how it executes code that runs often.
template <class Bus, class Regions = riscv::NoRegions>
using Rv64 = riscv::Hart<Bus, riscv::Rv64gc, riscv::DefaultDispatch,
                         riscv::Observed<Tracing::Observers, riscv::Breakpoints<Regions>>>;
#if defined(__x86_64__)
template <class Bus>
using Default = Rv64<Bus, jit::Translated>;
#else
template <class Bus>
using Default = Rv64<Bus>;
#endif

/// `again()` puts the machine back to its beginning.
template <class Emulator, class Runner, class Again>
Expected<int> run_to_end(Emulator& emulator, Runner& runner, RunConsole& console, const RunRequest& request,
                         Again again) {
    std::uint64_t left = request.save_after.value_or(std::numeric_limits<std::uint64_t>::max());
    for (;;) {
        const Expected<Stopped> ran = run_telling(runner, console, left);
        if (!ran) return std::unexpected(ran.error());
        const Stopped& stopped = *ran;
        left -= std::min(left, stopped.executed);
        if (console.output_error() != 0)
            return fail("standard output cannot be written: ",
                        std::generic_category().message(console.output_error()));
        if (!stopped.finish && request.save) return save_run(emulator, *request.save);
        if (stopped.reason == StopReason::idle)
            return fail("the guest waits for an interrupt, and nothing is left that could raise one: no "
                        "timer is set and nobody can type any more; let it power off instead, or keep "
                        "standard input open");
        if (stopped.reason == StopReason::closed) return 0;
        if (!stopped.finish)
            return fail(
                "the run ended after ", stopped.executed,
                " instructions although the guest goes on: somebody asked for a stop; start it again, "
                "or save it with --save");
        if (stopped.finish->kind != Finish::reset || request.no_reboot) {
            if (request.save)
                fmt::print(stderr, "wirewrap: the guest ended the run, and {} was not written\n",
                           *request.save);
            return exit_status(*stopped.finish);
        }
        if (const auto begun = again(); !begun) return std::unexpected(begun.error());
    }
}

/// What of the memory is to be there before the guest starts.
inline Bytes to_take(const hostmem::Selected::Options& memory) {
    Bytes sum{};
    for (const hostmem::Part& part : memory.parts)
        if (part.common().prealloc) sum += part.size;
    return sum;
}

/// Harts in turns, which can be debugged.
template <class Machine, template <class> class Hart>
using InTurns = Emulator<Machine, Hart>;
/// The same with time that goes by instructions, so that a debugger goes backwards.
template <class Machine, template <class> class Hart>
using ByInstructions = Emulator<Machine, Hart, VirtualClock>;

template <Board B, template <class> class HartType,
          template <class, template <class> class> class Loop = InTurns>
Expected<int> run_on(const config::Configuration& configuration, RunRequest request,
                     const std::optional<state::Snapshot>& snapshot) {
    const auto images = read_images(request, configuration.sizes.ram);
    if (!images) return std::unexpected(images.error());
    // Backends that are no RAM of this machine are made nevertheless, as QEMU makes them.
    const auto others = config::allocate_others(configuration);
    if (!others) return std::unexpected(others.error());
    using Runs = Machine<B, hostmem::Selected, state::Watchpoints, trace::BusTrace>;
    using Running = Loop<Runs, HartType>;
    using Hart = typename Running::Hart;
    constexpr bool counts = std::is_same_v<Running, ByInstructions<Runs, HartType>>;
    constexpr bool in_turns = counts || std::is_same_v<Running, InTurns<Runs, HartType>>;
    if (!in_turns && (request.debugger || request.trace.asked()))
        return fail(
            "harts on threads of their own cannot be debugged or traced, for they stand at no moment all "
            "together: leave out thread=multi");
    auto machine = [&] {
        hostmem::Selected::Options memory = config::main_ram(configuration);
        CountLine line("taking memory", to_take(memory));
        change_common(memory, [&](auto& common) { common.prealloc_count = line.count(); });
        return Runs::create({.ram_size = configuration.sizes.ram, .memory = memory});
    }();
    if (!machine) return std::unexpected(machine.error());

    auto devices = VirtioDevices::open(request);
    if (!devices) return std::unexpected(devices.error());
    devices->put_into(*machine);
    if (request.dump_tree) return dump_tree<Hart>(*machine, *images, request);
    auto places = files::places_of(describe_board<B>(), configuration.sizes.ram);
    if (!places) return std::unexpected(places.error());
    auto tracing = Tracing::open(request, std::move(*places));
    if (!tracing) return std::unexpected(tracing.error());
    const EmulatorOptions options{.stop_at_trap_loop = true, .harts = request.harts.value_or(1)};
    Running emulator = [&] {
        if constexpr (counts)
            return Running(*machine, VirtualClock(board_timebase<B>, request.shift.value_or(0)), options);
        else
            return Running(*machine, options);
    }();
    for (std::size_t hart = 0; hart != board_harts<B>; ++hart) {
        if constexpr (requires { emulator.hart(hart).regions().interpret_only(); })
            if (request.interpret) emulator.hart(hart).regions().interpret_only();
    }
    if (snapshot) {
        ProgressLine line("restoring " + snapshot->name());
        if (const auto restored = state::restore(emulator, *snapshot, line.listener()); !restored)
            return std::unexpected(restored.error());
        if (request.harts && emulator.harts() != *request.harts)
            return fail(snapshot->name(), " was saved with -smp ", emulator.harts(), ", and -smp ",
                        *request.harts, " is asked for: leave it out");
        request.harts = emulator.harts();
    } else if (const auto filled = fill_flash(*machine, *images); !filled) {
        return std::unexpected(filled.error());
    }
    const auto begin = [&]() -> Expected<void> {
        const auto start = load<Hart>(*machine, *images, request, !types_at_terminal(request));
        if (!start) return std::unexpected(start.error());
        for (std::size_t hart = 0; hart != emulator.harts(); ++hart)
            emulator.hart(hart).set_pc(hart == 0 ? start->value : reset_vector.value);
        return {};
    };
    const auto again = [&]() -> Expected<void> {
        machine->reset();
        for (std::size_t hart = 0; hart != emulator.harts(); ++hart) {
            emulator.hart(hart).reset();
            emulator.hart(hart).forget_code();
        }
        return begin();
    };
    if (!snapshot)
        if (const auto begun = begin(); !begun) return std::unexpected(begun.error());

    // What the loader puts into memory is no access of the guest.
    if constexpr (in_turns) {
        tracing->watch(*machine);
        for (std::size_t hart = 0; hart != board_harts<B>; ++hart)
            if (auto* const observers = tracing->observers()) emulator.hart(hart).observe(observers);
    }

    NetworkInput<Runs> networks(*machine, *devices);
    if (devices->has_networks()) emulator.connect(networks);

    // Last, because a file that the guest prints to is emptied by it.
    auto elsewhere = open_serial(request);
    if (!elsewhere) return std::unexpected(elsewhere.error());
    RunConsole console(request.save.has_value(), std::move(*elsewhere));
    console.on_question([&] { return harts_now(emulator); });
    const auto result = [&]() -> Expected<int> {
        if constexpr (in_turns)
            if (request.debugger) {
                auto debugger = open_door(emulator, request, again);
                if (!debugger) return std::unexpected(debugger.error());
                return run_to_end(emulator, **debugger, console, request, again);
            }
        return run_to_end(emulator, emulator, console, request, again);
    }();
    tell_lost(*machine, console);
    if (const auto traced = tracing->finish(); !traced && result) return std::unexpected(traced.error());
    for (const std::string& failure : devices->failures()) fmt::print(stderr, "wirewrap: {}\n", failure);
    return result;
}

}  // namespace running

}  // namespace command
