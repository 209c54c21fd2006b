// The loop that makes a machine run: harts in turn, the timer, the serial line, until the guest ends it.
//
//     Emulator<Machine<RiscvVirt, hostmem::Anonymous>, riscv::DefaultHart> emulator(machine);
//     emulator.hart(0).set_pc(0x1000);
//     const Stopped stopped = emulator.run(console);
//     if (stopped.finish) return stopped.finish->code;
//
//     ┌─> time ─> typed bytes ─> hart0 … hartN, a slice each ─> printed bytes ─> finished? ─┐
//     └──────────────── sleep until a deadline or a byte, when all harts wait <─────────────┘
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <utility>

#include <wirewrap/board/traits.hpp>
#include <wirewrap/device/test_finisher.hpp>
#include <wirewrap/emulator/clock.hpp>
#include <wirewrap/emulator/console.hpp>
#include <wirewrap/machine/device_set.hpp>

namespace wirewrap {

/// Why `Emulator::run` came back.
struct Stopped {
    std::optional<Finish> finish{};  // the guest ended the run, or wants a reset
    bool closed = false;             // the console was closed
    std::uint64_t executed = 0;      // instructions of this run, all harts
};

/// Runs `HartType<Machine>` harts, as many as the board has, on a machine that stays where it is. A hart is made from
/// the machine and `{.hart_id = n}`, and its `run(n)` answers `{executed, reason}`.
template <class Machine, template <class> class HartType, Clock ClockType = HostClock>
class Emulator {
    using B = typename Machine::BoardType;
    using Devices = DeviceSet<B>;
    template <class D>
    struct IsSerialPort : std::bool_constant<SerialPort<D>> {};
    template <class D>
    struct IsFinisher : std::is_same<D, TestFinisher> {};
    static constexpr std::size_t serial = Devices::template find<IsSerialPort>();
    template <class D>
    struct IsWallClock : std::bool_constant<KeepsWallClock<D>> {};
    static constexpr std::size_t finisher = Devices::template find<IsFinisher>();
    static constexpr bool has_wall_clock = Devices::template find<IsWallClock>() != Devices::none;

public:
    using MachineType = Machine;
    using Hart = HartType<Machine>;

    explicit Emulator(Machine& machine, ClockType clock = ClockType(board_timebase<B>))
        : Emulator(machine, std::move(clock), std::make_index_sequence<board_harts<B>>{}) {}

    Hart& hart(std::size_t number) { return harts_[number]; }
    Machine& machine() { return machine_; }
    ClockType& clock() { return clock_; }

    /// Runs until the guest finishes, the console is closed, or `limit` instructions were executed.
    template <Console C>
    Stopped run(C& console, std::uint64_t limit = std::numeric_limits<std::uint64_t>::max()) {
        Stopped stopped;
        while (stopped.executed < limit) {
            machine_.set_time(clock_.now());
            if constexpr (has_wall_clock) machine_.set_wall_clock(clock_.wall());
            type(console);
            const bool idle = run_harts(std::min(slice, limit - stopped.executed), stopped.executed);
            print(console);
            if constexpr (finisher != Devices::none)
                if ((stopped.finish = machine_.devices().template at<finisher>().finish())) return stopped;
            if (console.closed()) {
                stopped.closed = true;
                return stopped;
            }
            if (idle) rest(console);
        }
        return stopped;
    }

private:
    // Long enough that the loop around it costs nothing, short enough that nobody notices: about 40 microseconds.
    static constexpr std::uint64_t slice = 20'000;

    template <std::size_t... I>
    Emulator(Machine& machine, ClockType clock, std::index_sequence<I...>)
        : machine_(machine), clock_(std::move(clock)), harts_{Hart(machine, {.hart_id = I})...} {}

    /// True when every hart waits for an interrupt.
    bool run_harts(std::uint64_t budget, std::uint64_t& executed) {
        bool idle = true;
        for (Hart& hart : harts_) {
            const auto result = hart.run(budget);
            executed += result.executed;
            clock_.executed(result.executed);
            idle = idle && result.reason == decltype(result.reason)::waiting;
        }
        return idle;
    }

    template <Console C>
    void type(C& console) {
        if constexpr (serial != Devices::none) {
            const auto& port = machine_.devices().template at<serial>();
            while (port.room() != 0) {
                const std::optional<std::uint8_t> byte = console.next(port.listening());
                if (!byte) return;
                machine_.devices().template update<serial>([&](auto& uart) { uart.receive(*byte); });
                // What a guest has not asked for while it works on a line, it may throw away.
                if (*byte == '\n' || *byte == '\r') return;
            }
        }
    }

    template <Console C>
    void print(C& console) {
        if constexpr (serial != Devices::none) {
            while (machine_.devices().template at<serial>().transmitted() != 0) {
                std::array<std::uint8_t, 1024> bytes;
                const std::size_t count = machine_.devices().template update<serial>(
                    [&](auto& uart) { return uart.drain(bytes); });
                console.print(std::span(bytes).first(count));
            }
        }
    }

    template <Console C>
    void rest(C& console) {
        std::uint64_t deadline = machine_.deadline();
        if constexpr (has_wall_clock) deadline = std::min(deadline, alarm_tick());
        clock_.idle(deadline);
        console.wait(clock_.until(deadline));
    }

    /// The tick at which an alarm on the wall rings; all ones: none.
    std::uint64_t alarm_tick() const {
        constexpr std::uint64_t never = std::numeric_limits<std::uint64_t>::max(), per_second = 1'000'000'000;
        const std::uint64_t due = machine_.alarm_due(), wall = clock_.wall();
        if (due == never) return never;
        const std::uint64_t wait = due > wall ? due - wall : 0;
        // One tick more, so that the alarm is not a rounding error away when the tick comes.
        return clock_.now() + wait / per_second * board_timebase<B> +
               wait % per_second * board_timebase<B> / per_second + 1;
    }

    Machine& machine_;
    ClockType clock_;
    std::array<Hart, board_harts<B>> harts_;
};

}  // namespace wirewrap
