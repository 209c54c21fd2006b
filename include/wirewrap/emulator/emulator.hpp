// The loop that makes a machine run: harts in turn, the timer, the serial lines, until the guest ends it.
//
//     template <class Bus> using Rv64 = riscv::Hart<Bus>;
//     Emulator<Machine<RiscvVirt, hostmem::Anonymous>, Rv64> emulator(machine);
//     emulator.hart(0).set_pc(0x1000);
//     const Stopped stopped = emulator.run(console);         // `console` is at the board's first serial port
//     if (stopped.finish) return stopped.finish->code;
//
//     ┌─> time ─> typed bytes ─> hart0 … hartN, a slice each ─> printed bytes ─> finished? ─┐
//     └──────────────── sleep until a deadline or a byte, when all harts wait <─────────────┘
//
// A board with several serial ports: `run(console)` is about the first of them, the others are connected by name, each to a
// console of its own or several to one. What is typed on a console goes to the first port that it is connected to.
//
//     emulator.connect<"uart1">(log);
//
// Nobody at a port: the guest is not kept from printing. The last 2048 to 4096 bytes stay in the port for whoever drains it
// (`machine.update<"uart1">(…)`), and `Stopped::dropped` counts what had to give way. docs/emulator.md has the rest.
#pragma once

#include <algorithm>
#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <span>
#include <string_view>
#include <type_traits>
#include <utility>

#include <wirewrap/base/text.hpp>
#include <wirewrap/board/traits.hpp>
#include <wirewrap/device/test_finisher.hpp>
#include <wirewrap/emulator/any_console.hpp>
#include <wirewrap/emulator/clock.hpp>
#include <wirewrap/emulator/console.hpp>
#include <wirewrap/emulator/rest.hpp>
#include <wirewrap/emulator/trap_watch.hpp>
#include <wirewrap/emulator/typing.hpp>
#include <wirewrap/machine/device_set.hpp>

namespace wirewrap {

enum class StopReason : std::uint8_t {
    limit,     // as many instructions as were asked for
    finished,  // the guest ended the run, or wants a reset: `finish`
    closed,    // the person at a console has left
    idle,  // all harts wait, and nothing is left that could wake one: no deadline, no alarm, nobody who types
    asked,     // `request_stop()` of the machine or of a hart, or a device that wants it
    trapping,  // a hart traps for ever: `trapping`. Only when the options ask for it
};

/// Why `Emulator::run` came back.
struct Stopped {
    std::optional<Finish> finish{};  // the guest ended the run, or wants a reset
    bool closed = false;             // the console was closed
    std::uint64_t executed = 0;      // instructions of this run, all harts
    StopReason reason = StopReason::limit;
    std::optional<TrapLoop> trapping{};  // a hart that traps for ever, whatever the reason
    std::uint64_t dropped = 0;  // bytes printed on ports without a console that had to give way to newer ones
};

struct EmulatorOptions {
    /// Instructions of one hart between two looks at the world: time, typed and printed bytes, the other harts. The default
    /// is long enough that the loop costs nothing, short enough that nobody notices: about 40 microseconds.
    std::uint64_t slice = 20'000;
    /// Come back once when a hart is found to trap for ever.
    bool stop_at_trap_loop = false;
};

/// Runs `HartType<Machine>` harts, as many as the board has, on a machine that stays where it is. A hart is made from
/// the machine and `{.hart_id = n}`, and its `run(n)` answers `{executed, reason}`.
template <class Machine, template <class> class HartType, Clock ClockType = HostClock>
class Emulator {
    using B = typename Machine::BoardType;
    using Devices = DeviceSet<B>;
    template <class D>
    struct IsWallClock : std::bool_constant<KeepsWallClock<D>> {};
    static constexpr bool has_wall_clock = Devices::template find<IsWallClock>() != Devices::none;
    static constexpr std::size_t harts = board_harts<B>;

    /// The map entries whose device is a serial port, in their order.
    template <std::size_t... I>
    static consteval auto serial_ports(std::index_sequence<I...>) {
        constexpr std::size_t count = (std::size_t{SerialPort<detail::DeviceAt<B, I>>} + ... + 0);
        std::array<std::size_t, count> found{};
        std::size_t next = 0;
        ((SerialPort<detail::DeviceAt<B, I>> ? void(found[next++] = I) : void()), ...);
        return found;
    }
    static constexpr auto ports = serial_ports(std::make_index_sequence<board_regions<B>.size()>{});

public:
    using MachineType = Machine;
    using Hart = HartType<Machine>;

    explicit Emulator(Machine& machine, ClockType clock = ClockType(board_timebase<B>),
                      const EmulatorOptions& options = {})
        : Emulator(machine, std::move(clock), options, std::make_index_sequence<harts>{}) {}
    Emulator(Machine& machine, const EmulatorOptions& options)
        : Emulator(machine, ClockType(board_timebase<B>), options) {}

    Hart& hart(std::size_t number) { return harts_[number]; }
    Machine& machine() { return machine_; }
    ClockType& clock() { return clock_; }

    /// Whose turn comes first in the next run: runs that are cut short are fair to all harts.
    std::size_t turn() const { return turn_; }
    void set_turn(std::size_t hart) { turn_ = hart % harts; }

    /// Connects the serial port of this name, until it is connected elsewhere. The console must outlive that.
    template <FixedText Name, Console C>
    void connect(C& console) {
        consoles_[port_number<Name>()] = AnyConsole(console);
    }
    template <FixedText Name>
    void disconnect() {
        consoles_[port_number<Name>()] = {};
    }

    /// Runs until the guest finishes, a console is closed, nothing can happen any more, somebody asks for a stop, or `limit`
    /// instructions were executed, of all harts together. A guest that has finished executes nothing until the machine is
    /// reset. `console` is at the first serial port for this run.
    template <Console C>
    Stopped run(C& console, std::uint64_t limit = std::numeric_limits<std::uint64_t>::max()) {
        struct Connection {
            AnyConsole& place;
            AnyConsole before;
            ~Connection() { place = before; }
        } connection{consoles_[0], std::exchange(consoles_[0], AnyConsole(console))};
        return run(limit);
    }
    /// The same with those consoles that are connected.
    Stopped run(std::uint64_t limit = std::numeric_limits<std::uint64_t>::max()) {
        Stopped stopped;
        if (ended(stopped)) return stopped;
        all_wait_ = false;
        for (TrapWatch<Hart>& watch : watches_) watch.begin();
        while (stopped.executed < limit) {
            machine_.set_time(clock_.now());
            if constexpr (has_wall_clock) machine_.set_wall_clock(clock_.wall());
            bool happened = type();
            const Turns turns = run_harts(limit - stopped.executed);
            stopped.executed += turns.executed;
            executed_ += turns.executed;
            happened = print(stopped) || happened || turns.executed != 0;
            if (ended(stopped) || told_trap_loop(stopped) || left(stopped)) return stopped;
            if (happened) rest_.something_happened();
            // Once more before it sleeps: to harts that wait even those bytes are typed that were held back.
            const bool waited = std::exchange(all_wait_, turns.all_wait && !happened);
            if (waited && all_wait_ && !sleep()) {
                stopped.reason = StopReason::idle;
                return stopped;
            }
        }
        return stopped;
    }

private:
    static constexpr std::uint64_t never = std::numeric_limits<std::uint64_t>::max();
    /// What stays in a port that nobody is connected to.
    static constexpr std::size_t kept = 2048;
    /// A deadline further away than this is none: a guest that wants no interrupt sets its timer as far as it can.
    static constexpr std::uint64_t horizon = detail::change_unit(500ULL * 365 * 24 * 3600, 1,
                                                                 board_timebase<B>);

    template <std::size_t... I>
    Emulator(Machine& machine, ClockType clock, const EmulatorOptions& options, std::index_sequence<I...>)
        : machine_(machine), clock_(std::move(clock)), options_(options),
          harts_{Hart(machine, {.hart_id = I})...} {}

    template <FixedText Name>
    static consteval std::size_t port_number() {
        static_assert(number_of(Name.view()) != ports.size(),
                      "the board's map has no serial port of this name");
        return number_of(Name.view());
    }
    static consteval std::size_t number_of(std::string_view name) {
        std::size_t number = 0;
        while (number != ports.size() && board_regions<B>[ports[number]].name != name) ++number;
        return number;
    }

    template <class Visit>
    static void each_port(Visit visit) {
        [&]<std::size_t... N>(std::index_sequence<N...>) {
            (visit.template operator()<N>(), ...);
        }(std::make_index_sequence<ports.size()>{});
    }
    /// Calls `visit(console)` for every console that is connected, each once.
    template <class Visit>
    void each_console(Visit visit) {
        for (std::size_t i = 0; i != consoles_.size(); ++i)
            if (is_first(i)) visit(consoles_[i]);
    }
    /// This port's console is not already that of a port before it.
    bool is_first(std::size_t i) const {
        return consoles_[i].connected() &&
               std::none_of(consoles_.begin(), consoles_.begin() + static_cast<std::ptrdiff_t>(i),
                            [&](const AnyConsole& other) { return other.same_as(consoles_[i]); });
    }

    struct Turns {
        std::uint64_t executed = 0;
        bool all_wait = false;  // each hart had its turn and waits for an interrupt
    };
    Turns run_harts(std::uint64_t limit) {
        Turns turns;
        const std::uint64_t deadline = next_deadline(), start = clock_.now();
        std::size_t waiting = 0;
        for (std::size_t n = 0; n != harts; ++n) {
            std::uint64_t budget = std::min(std::max<std::uint64_t>(options_.slice, 1),
                                            limit - turns.executed);
            if constexpr (CountsInstructions<ClockType>)
                if (deadline > start) budget = std::min(budget, clock_.instructions_until(deadline));
            if (budget == 0) break;
            Hart& hart = harts_[turn_];
            const auto result = watches_[turn_].run(hart, budget);
            turn_ = (turn_ + 1) % harts;
            turns.executed += result.executed;
            clock_.executed(result.executed);
            waiting += result.reason == decltype(result.reason)::waiting;
            if constexpr (requires { decltype(result.reason)::stopped; })
                hart_stopped_ = result.reason == decltype(result.reason)::stopped &&
                                !machine_.stop_requested();
            if (machine_.stop_requested() || hart_stopped_) break;
        }
        turns.all_wait = waiting == harts;
        return turns;
    }

    bool type() {
        bool typed = false;
        const Typing::Moment now{executed_, clock_.now(), board_timebase<B>, all_wait_};
        each_port([&]<std::size_t N>() {
            if (is_first(N)) typed = typing_[N].template type<ports[N]>(machine_, consoles_[N], now) || typed;
        });
        return typed;
    }

    bool print(Stopped& stopped) {
        bool printed = false;
        each_port([&]<std::size_t N>() {
            const auto& port = machine_.devices().template at<ports[N]>();
            AnyConsole& console = consoles_[N];
            const std::size_t stays = console.connected() ? 0 : kept;
            while (port.transmitted() > stays) {
                std::array<std::uint8_t, 1024> bytes;
                const std::size_t most = std::min(bytes.size(), port.transmitted() - stays);
                const std::size_t count = machine_.template update_entry<ports[N]>(
                    [&](auto& uart) { return uart.drain(std::span(bytes).first(most)); });
                if (count == 0) break;
                printed = true;
                if (console.connected())
                    console.print(std::span(bytes).first(count));
                else
                    stopped.dropped += count;
            }
        });
        return printed;
    }

    /// The guest has finished, or somebody asked for a stop, which is then answered.
    bool ended(Stopped& stopped) {
        const bool stop = machine_.stop_requested(), hart_stopped = std::exchange(hart_stopped_, false);
        bool asked = hart_stopped;
        if (stop) asked = asked || machine_.devices().stop_asked();
        machine_.devices().each([&]<std::size_t I>(auto& device) {
            using D = std::remove_cvref_t<decltype(device)>;
            if constexpr (std::is_same_v<D, TestFinisher>) {
                if (!stopped.finish) stopped.finish = device.finish();
            } else if constexpr (WantsStop<D>) {
                asked = asked || (stop && device.wants_stop());
            }
        });
        if (stop) machine_.clear_stop();
        if (stopped.finish) {
            stopped.reason = StopReason::finished;
            return true;
        }
        if (asked) stopped.reason = StopReason::asked;
        return asked;
    }

    bool told_trap_loop(Stopped& stopped) {
        bool fresh = false;
        for (std::size_t i = 0; i != harts; ++i) {
            const std::optional<TrapLoop>& found = watches_[i].found();
            if (found) {
                stopped.trapping = found;
                stopped.trapping->hart = i;
            }
            fresh = fresh || (found && !told_[i]);
            told_[i] = found.has_value();
        }
        if (!fresh || !options_.stop_at_trap_loop) return false;
        stopped.reason = StopReason::trapping;
        return true;
    }

    bool left(Stopped& stopped) {
        each_console([&](AnyConsole& console) { stopped.closed = stopped.closed || console.closed(); });
        if (stopped.closed) stopped.reason = StopReason::closed;
        return stopped.closed;
    }

    /// Sleeps until something may happen. False: nothing ever will.
    bool sleep() {
        bool somebody = false;
        each_console([&](AnyConsole& console) { somebody = somebody || !console.ended(); });
        const std::uint64_t deadline = next_deadline();
        if (deadline == never && !somebody) return false;
        if (deadline != never) clock_.idle(deadline);
        rest_.sleep(deadline == never ? Rest::longest : clock_.until(deadline),
                    [&](auto visit) { each_console(visit); });
        return true;
    }

    /// When a device next wants to hear of time; `never` when none does within the horizon.
    std::uint64_t next_deadline() const {
        std::uint64_t deadline = machine_.deadline();
        if constexpr (has_wall_clock) deadline = std::min(deadline, alarm_tick());
        const std::uint64_t now = clock_.now();
        return deadline > now && deadline - now >= horizon ? never : deadline;
    }
    /// The tick at which an alarm on the wall rings.
    std::uint64_t alarm_tick() const {
        const std::uint64_t due = machine_.alarm_due(), wall = clock_.wall();
        if (due == never) return never;
        const std::uint64_t wait = detail::change_unit(due > wall ? due - wall : 0,
                                                       detail::nanoseconds_a_second, board_timebase<B>);
        // One tick more, so that the alarm is not a rounding error away when the tick comes.
        return detail::add_times(clock_.now(), detail::add_times(wait, 1));
    }

    Machine& machine_;
    ClockType clock_;
    EmulatorOptions options_;
    std::array<Hart, harts> harts_;
    std::array<TrapWatch<Hart>, harts> watches_{};
    std::array<bool, harts> told_{};
    std::size_t turn_ = 0;
    bool hart_stopped_ = false;
    bool all_wait_ = false;
    std::uint64_t executed_ = 0;  // of all runs
    // By serial port; one where a board has none, for `run(console)`.
    std::array<AnyConsole, std::max<std::size_t>(ports.size(), 1)> consoles_{};
    std::array<Typing, ports.size()> typing_{};
    Rest rest_;
};

}  // namespace wirewrap
