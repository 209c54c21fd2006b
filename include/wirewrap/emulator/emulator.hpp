// The loop that makes a machine run: harts in turn, the timer, the serial lines, until the guest ends it.
//
//     template <class Bus> using Rv64 = riscv::Hart<Bus>;
//     Emulator<Machine<RiscvVirt, hostmem::Anonymous>, Rv64> emulator(machine);
//     emulator.hart(0).set_pc(0x1000);
//     const Stopped stopped = emulator.run(console);         // `console` is at the board's first serial port
//     if (stopped.finish) return stopped.finish->code;
//
//     ┌─> time ─> typed bytes ─> a turn of hart n ─> printed bytes ─> finished? ─> n = n + 1 ─┐
//     └───────────────── sleep until a deadline or a byte, when all harts wait <──────────────┘
//
// A board with several serial ports: `run(console)` is about the first of them, the others are connected by name, each to a
// console of its own or several to one (serial_lines.hpp).
//
//     emulator.connect<"uart1">(log);
//
// Who has a main loop of his own calls `poll` from it, which never sleeps: docs/embedding.md. How a run is cut, by limits and
// stops, and where its state is saved and restored makes no difference to the guest: docs/emulator.md.
#pragma once

#include <algorithm>
#include <array>
#include <bitset>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <type_traits>
#include <utility>

#include <wirewrap/base/error.hpp>
#include <wirewrap/base/text.hpp>
#include <wirewrap/board/traits.hpp>
#include <wirewrap/emulator/clock.hpp>
#include <wirewrap/emulator/console.hpp>
#include <wirewrap/emulator/hart_check.hpp>
#include <wirewrap/emulator/host_side.hpp>
#include <wirewrap/emulator/machine_stops.hpp>
#include <wirewrap/emulator/machine_time.hpp>
#include <wirewrap/emulator/options.hpp>
#include <wirewrap/emulator/progress.hpp>
#include <wirewrap/emulator/stop_notes.hpp>
#include <wirewrap/emulator/stopped.hpp>
#include <wirewrap/emulator/trap_news.hpp>
#include <wirewrap/emulator/trap_watch.hpp>

namespace wirewrap {

/// Runs `HartType<Machine>` harts, as many as the board has, on a machine that stays where it is.
template <class Machine, template <class> class HartType, Clock ClockType = HostClock>
    requires EmulatorHart<HartType<Machine>, Machine>
class Emulator {
    using B = typename Machine::BoardType;
    static constexpr std::size_t most_harts = board_harts<B>;

public:
    using MachineType = Machine;
    using Hart = HartType<Machine>;
    using Progress = LoopProgress<SerialLines<Machine>, most_harts>;

    explicit Emulator(Machine& machine, ClockType clock = ClockType(board_timebase<B>),
                      const EmulatorOptions& options = {})
        : Emulator(machine, std::move(clock), options, std::make_index_sequence<most_harts>{}) {}
    Emulator(Machine& machine, const EmulatorOptions& options)
        : Emulator(machine, ClockType(board_timebase<B>), options) {}
    Emulator(const Emulator&) = delete;
    Emulator& operator=(const Emulator&) = delete;

    Hart& hart(std::size_t number) { return harts_[number]; }
    /// How many of the board's harts there are.
    std::size_t harts() const { return present_; }
    Machine& machine() { return machine_; }
    ClockType& clock() { return clock_; }

    /// How far the loop has come, which belongs to the state of a running machine: how many harts there are, whose turn it is,
    /// and how much of it is left.
    Progress progress() const { return {turn_, executed_, host_.state(), present_}; }
    Expected<void> set_progress(const Progress& progress) {
        if (auto possible = progress.possible(board_name<B>); !possible) return possible;
        present_ = progress.harts;
        turn_ = progress.turn;
        executed_ = progress.executed;
        host_.set_state(progress.typing);
        // What harts did before says nothing about those that are there now.
        watches_ = {};
        time_.begin_anew();
        left_by_others_ = true;
        traps_told_ = {};
        return {};
    }

    /// Connects the serial port of this name, until it is connected elsewhere. The console must outlive that.
    template <FixedText Name, Console C>
    void connect(C& console) {
        host_.template connect<Name>(console);
    }
    template <FixedText Name>
    void disconnect() {
        host_.template disconnect<Name>();
    }

    /// Devices get what comes from there. It must outlive the emulator, or the next call.
    void connect(HostInput& input) { host_.connect(input); }

    /// Runs until the guest finishes, a console is closed, nothing can happen any more, somebody asks for a stop, or `limit`
    /// instructions were executed, of all harts together. A guest that has finished executes nothing until the machine is
    /// reset. `console` is at the first serial port for this run. Called from inside an access, by a device or a policy, it
    /// executes nothing: StopReason::asked.
    template <Console C>
    Stopped run(C& console, std::uint64_t limit = unlimited) {
        return host_.with(console, [&] { return run(limit); });
    }
    /// The same with those consoles that are connected.
    Stopped run(std::uint64_t limit = unlimited) {
        Stopped whole;
        for (;;) {
            const Stopped part = poll(limit - whole.executed);
            if (part.executed != 0) host_.something_happened();
            whole = joined(whole, part);
            if (part.reason != StopReason::asleep) return whole;
            host_.sleep(until_deadline().value_or(Rest::longest));
        }
    }

    /// As `run`, but never sleeps: when all harts wait, or a console is full, it comes back, `StopReason::asleep`, and is to be
    /// called again when `until_deadline()` is over, or when somebody has typed or read.
    template <Console C>
    Stopped poll(C& console, std::uint64_t limit = unlimited) {
        return host_.with(console, [&] { return poll(limit); });
    }
    Stopped poll(std::uint64_t limit = unlimited) {
        Stopped stopped;
        if (inside(stopped)) return stopped;
        if (machine_.stop_requested() || left_by_others_) print_before();
        if (ended(stopped)) return stopped;
        waiting_.reset();
        for (std::size_t i = 0; i != present_; ++i) watches_[i].begin(harts_[i]);
        const std::uint64_t dropped = host_.dropped();
        while (stopped.executed < limit) {
            full_ = host_.full();
            if (full_) {
                if (const auto asked = notes_.answer_for(harts_, present_)) {
                    stopped.hart = *asked;
                    ended(stopped);
                } else if (!host_.left(stopped)) {
                    stopped.reason = StopReason::asleep;
                }
                break;
            }
            if (time_.tell()) waiting_.reset();
            if (!turn_.begun()) begin_turn();
            run_hart(limit - stopped.executed, stopped);
            // Who gets it may answer by changing the machine, and wake a hart that waits.
            if (host_.print(machine_)) waiting_.reset();
            stopped.dropped = host_.dropped() - dropped;
            if (ended(stopped) || told_trap_loop(stopped) || host_.left(stopped)) break;
            if (waiting_.count() == present_ && stopped.executed < limit && !wake(stopped)) break;
        }
        // Harts that wait were told in `wake`. What came now would wake them, and nobody would know.
        if (stopped.reason != StopReason::asleep && stopped.reason != StopReason::idle) time_.tell();
        return stopped;
    }
    /// Executes one instruction of this hart, whoever's turn it is: for debuggers. None when it waits, is at a breakpoint, or is
    /// not there.
    Stopped step(std::size_t number) {
        Stopped stopped;
        if (inside(stopped)) return stopped;
        if (machine_.stop_requested()) print_before();
        if (ended(stopped) || number >= present_) return stopped;
        time_.tell_ticks();
        const Turn before = turn_;
        if (before.hart != number || !before.begun()) turn_ = {number, 1};
        run_hart(1, stopped);
        if (before.hart != number) turn_ = before;
        host_.print(machine_);
        (void)(ended(stopped) || host_.left(stopped));
        return stopped;
    }
    /// For debuggers: the harts that may run, of which `step` executes nothing, wait, and others stand still. On a clock that goes by
    /// instructions time passes to the next deadline. Whether it did.
    bool pass_to_deadline() {
        if (!CountsInstructions<ClockType> || at_work_ || !time_.pass_to_deadline()) return false;
        time_.tell();
        return true;
    }
    /// To be called from inside a run by who hears of an access, as a policy's function does: the run ends behind this
    /// instruction, StopReason::watchpoint. The first access of an instruction is the one that is told.
    void stop_behind(const SeenAccess& access) {
        machine_.request_stop();
        notes_.access(access, pc_of(harts_[turn_.hart]));
    }

    /// How long nothing happens but what consoles bring or take: none when a deadline has come, nothing when there is none,
    /// or while a console has to take first what the guest has printed. On a clock that goes by instructions `poll` passes to
    /// the deadline itself.
    std::optional<std::chrono::nanoseconds> until_deadline() const {
        if (full_) return std::nullopt;
        return time_.until_deadline();
    }

private:
    static constexpr std::uint64_t unlimited = std::numeric_limits<std::uint64_t>::max();

    template <std::size_t... I>
    Emulator(Machine& machine, ClockType clock, const EmulatorOptions& options, std::index_sequence<I...>)
        : machine_(machine), clock_(std::move(clock)), options_(options),
          present_(options.harts == 0 ? most_harts : std::min(options.harts, most_harts)),
          harts_{Hart(machine, {.hart_id = I})...} {}

    static Stopped joined(const Stopped& before, Stopped after) {
        after.executed += before.executed;
        after.dropped += before.dropped;
        return after;
    }

    void begin_turn() {
        if (type(false)) waiting_.reset();
        if (host_.deliver()) waiting_.reset();
        turn_.begin(std::max<std::uint64_t>(options_.slice, 1), overtime());
    }
    /// A sixteenth of a slice, where there is another hart to wait for it.
    std::uint64_t overtime() const {
        if constexpr (requires(const Hart& hart) { hart.in_firmware(); })
            if (present_ > 1) return options_.slice / 16 / Turn::piece * Turn::piece;
        return 0;
    }
    static bool in_firmware(const Hart& hart) {
        if constexpr (requires { hart.in_firmware(); }) return hart.in_firmware();
        return false;
    }
    bool type(bool all_wait) {
        return host_.type(machine_,
                          {executed_, clock_.now(), ticks_per_second(clock_, board_timebase<B>), all_wait});
    }

    /// Executes something of the turn: up to its end, a deadline, a stop.
    void run_hart(std::uint64_t limit, Stopped& stopped) {
        Hart& hart = harts_[turn_.hart];
        const auto piece = time_.piece(std::min(turn_.until_asked(overtime()), limit));
        const auto result = [&] {
            const auto running = time_.follow(piece);
            const AtWork at_work(at_work_);
            return watches_[turn_.hart].run(hart, piece.instructions,
                                            [&](std::uint64_t executed) { time_.gone_on(executed); });
        }();
        clock_.executed(result.executed);
        executed_ += result.executed;
        stopped.executed += result.executed;
        stopped.hart = turn_.hart;
        turn_.left -= std::min<std::uint64_t>(result.executed, turn_.left);

        bool waits = result.reason == decltype(result.reason)::waiting;
        const bool halted = notes_.hart(result.reason, machine_.stop_requested(), pc_of(hart));
        // A hart that executes nothing, and says no reason, will not do more the next time.
        waits = waits || (result.executed == 0 && !halted);
        if (result.executed != 0) {
            waiting_.reset();
            vain_deadlines_ = 0;
        }
        if (waits) waiting_.set(turn_.hart);
        const bool paused = present_ > 1 && detail::is_paused(result.reason);
        if (turn_.over(overtime(), in_firmware(hart)) || waits || paused || time_.reached(piece)) {
            if constexpr (check::HasRunOn<Hart>) hart.end_turn();
            turn_.pass_on(present_);
        }
    }

    /// All harts wait. True: something has come that may wake one. False: nothing has yet, or nothing ever will.
    bool wake(Stopped& stopped) {
        turn_ = {};  // wherever the last turn was cut, hart 0 is the first to look
        bool woken = time_.tell();
        // To harts that wait even those bytes are typed that were held back.
        woken = type(true) || woken;
        woken = host_.deliver() || woken;
        if (!woken) {
            const auto wait = time_.pass_to_deadline();
            woken = wait && wait->count() == 0;
            if (!woken) stopped.reason = wait || !host_.ended() ? StopReason::asleep : StopReason::idle;
            if (woken && CountsInstructions<ClockType>) woken = hopes(stopped);
        }
        if (woken) waiting_.reset();
        return woken;
    }

    /// Of time that goes by instructions any amount passes at once, and a timer that comes again and again, and wakes nobody, would
    /// keep a run for ever: now and again its caller is let in, and where nobody types it is over at last.
    bool hopes(Stopped& stopped) {
        constexpr std::uint64_t at_once = 4096;
        if (++vain_deadlines_ % at_once != 0) return true;
        stopped.reason = StopReason::asleep;
        if (vain_deadlines_ >= options_.vain_deadlines && host_.ended()) {
            vain_deadlines_ = 0;
            stopped.reason = StopReason::idle;
        }
        return false;
    }

    /// Who ran harts by hand, or has put in another state, may leave a full port, which is no reason to end a run that can empty it.
    [[gnu::noinline]] void print_before() {
        left_by_others_ = false;
        host_.print(machine_);
    }
    bool ended(Stopped& stopped) { return answer_stops(machine_, notes_, stopped); }
    /// A device or a policy runs the machine that it is called by. Harts are in the middle of an instruction, so nothing is done.
    bool inside(Stopped& stopped) const {
        if (at_work_) stopped.reason = StopReason::asked;
        return at_work_;
    }
    struct AtWork {
        bool& flag;
        explicit AtWork(bool& of) : flag(of) { flag = true; }
        AtWork(const AtWork&) = delete;
        AtWork& operator=(const AtWork&) = delete;
        ~AtWork() { flag = false; }
    };

    bool told_trap_loop(Stopped& stopped) {
        const auto found = [&](std::size_t hart) -> auto& { return watches_[hart].found(); };
        if (!traps_told_.tell(stopped, present_, found) || !options_.stop_at_trap_loop) return false;
        stopped.reason = StopReason::trapping;
        return true;
    }

    Machine& machine_;
    ClockType clock_;
    EmulatorOptions options_;
    std::size_t present_;
    std::array<Hart, most_harts> harts_;
    MachineTime<Machine, ClockType, Hart> time_{machine_, clock_, harts_};
    std::array<TrapWatch<Hart>, most_harts> watches_{};
    TrapNews<most_harts> traps_told_;
    Turn turn_;
    std::bitset<most_harts> waiting_;  // harts whose last turn ended so, and nothing was executed since
    StopNotes notes_;
    std::uint64_t executed_ = 0;        // of all runs
    std::uint64_t vain_deadlines_ = 0;  // that came, and no hart has executed anything since
    bool at_work_ = false;              // a hart runs
    bool full_ = false;                 // a console, when it was looked at last
    bool left_by_others_ = true;        // what is at the ports, until it has been printed
    HostSide<Machine> host_;
};

}  // namespace wirewrap
