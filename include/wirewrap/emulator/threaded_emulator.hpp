// The loop that makes a machine run with each hart on a thread of its own, as QEMU's `-accel tcg,thread=multi`: as fast as the
// host has processors, and never twice the same. `Emulator` (emulator.hpp) runs them one after the other, and exactly.
//
//     template <class Bus> using Rv64 = riscv::Hart<Bus, riscv::Rv64gc, riscv::DefaultDispatch, jit::Translated>;
//     ThreadedEmulator<Machine<VirtHarts<4>, hostmem::Memfd>, Rv64> emulator(machine);
//     emulator.hart(0).set_pc(0x1000);
//     const Expected<Stopped> stopped = emulator.run(console);     // an error: the host has no thread left to give, or it runs already
//
//     the thread that calls `run`    time ─> typed bytes ─> printed bytes ─> finished? ─> sleep until one of them, or a call
//     a thread for each hart         a slice ─> waits? ─> sleep until an input changes, or its own timer
//
// The contract:
//
// * While `run` runs, the machine is the emulator's. Devices, policies and consoles are called by one thread at a time, under the
//   lock of the machine, consoles by the caller's thread alone; harts are their threads'. Of this object `request_stop` and
//   `with` may be called from any thread. Between runs all of it stands still and is the caller's: harts are looked at and
//   set, snapshots taken, as with `Emulator`.
// * RAM is read and written by relaxed atomic accesses, atomic instructions are sequentially consistent, and so is FENCE: what
//   RVWMO allows at least, and on x86-64 in effect its TSO.
// * SC fails when another hart or a device has stored to the word since LR, whatever it was (cpu/riscv/store_marks.hpp).
// * An interrupt from elsewhere is noticed after a hart's `quantum` instructions at most, or behind its next access to a device.
// * A limit is exact, of all harts together. At all other stops, harts come back within their quantum, not at one moment.
#pragma once

#include <algorithm>
#include <array>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <type_traits>
#include <utility>

#include <sched.h>

#include <wirewrap/base/error.hpp>
#include <wirewrap/board/traits.hpp>
#include <wirewrap/emulator/clock.hpp>
#include <wirewrap/emulator/console.hpp>
#include <wirewrap/emulator/hart_check.hpp>
#include <wirewrap/emulator/host_side.hpp>
#include <wirewrap/emulator/machine_stops.hpp>
#include <wirewrap/emulator/machine_time.hpp>
#include <wirewrap/emulator/options.hpp>
#include <wirewrap/emulator/progress.hpp>
#include <wirewrap/emulator/shared_bus.hpp>
#include <wirewrap/emulator/stop_notes.hpp>
#include <wirewrap/emulator/stopped.hpp>
#include <wirewrap/emulator/trap_news.hpp>
#include <wirewrap/emulator/trap_watch.hpp>
#include <wirewrap/hostmem/thread.hpp>

namespace wirewrap {

/// Runs `HartType<SharedBus<Machine>>` harts, as many as the board has, on a machine that stays where it is. A clock that goes by
/// instructions has no meaning here.
template <class Machine, template <class> class HartType, Clock ClockType = HostClock>
    requires EmulatorHart<HartType<SharedBus<Machine>>, SharedBus<Machine>>
class ThreadedEmulator {
    static_assert(!CountsInstructions<ClockType>, "harts on threads have no order of instructions that a "
                                                  "clock could go by: take HostClock, or Emulator");
    using B = typename Machine::BoardType;
    using Shared = SharedMachine<Machine>;
    using Bus = SharedBus<Machine>;
    using Lock = typename Shared::Lock;
    using SteadyTime = std::chrono::steady_clock;
    static constexpr std::size_t most_harts = board_harts<B>;
    static constexpr SteadyTime::time_point no_end = SteadyTime::time_point::max();

public:
    using MachineType = Machine;
    using Hart = HartType<Bus>;
    using Progress = LoopProgress<SerialLines<Machine>, most_harts>;

    explicit ThreadedEmulator(Machine& machine, const EmulatorOptions& options = {})
        : ThreadedEmulator(machine, ClockType(board_timebase<B>), options) {}
    ThreadedEmulator(Machine& machine, ClockType clock, const EmulatorOptions& options = {})
        : ThreadedEmulator(machine, std::move(clock), options, std::make_index_sequence<most_harts>{}) {}
    ThreadedEmulator(const ThreadedEmulator&) = delete;
    ThreadedEmulator& operator=(const ThreadedEmulator&) = delete;

    Hart& hart(std::size_t number) { return harts_[number]; }
    /// How many of the board's harts there are.
    std::size_t harts() const { return present_; }
    Machine& machine() { return machine_; }
    ClockType& clock() { return clock_; }
    /// As `Emulator` has it, and may take it over; every hart begins a turn.
    Progress progress() const { return {{}, executed_, host_.state(), present_}; }
    Expected<void> set_progress(const Progress& progress) {
        if (auto possible = progress.possible(board_name<B>); !possible) return possible;
        present_ = progress.harts;
        executed_ = progress.executed;
        host_.set_state(progress.typing);
        // What harts did before says nothing about those that are there now.
        watches_ = {};
        time_.begin_anew();
        traps_ = {};
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

    /// Devices get what comes from there, under the lock of the machine. It must outlive the emulator, or the next call.
    void connect(HostInput& input) { host_.connect(input); }

    /// Runs until the guest finishes, a console is closed, nothing can happen any more, somebody asks for a stop, or `limit`
    /// instructions were executed, of all harts together. `console` is at the first serial port for this run.
    template <Console C>
    Expected<Stopped> run(C& console, std::uint64_t limit = std::numeric_limits<std::uint64_t>::max()) {
        return host_.with(console, [&] { return run(limit); });
    }
    /// The same with those consoles that are connected.
    Expected<Stopped> run(std::uint64_t limit = std::numeric_limits<std::uint64_t>::max()) {
        const bool on = on_.exchange(true, std::memory_order_acquire);
        if (on)
            return fail("the machine of ", board_name<B>,
                        " runs already: run it again when that run is over, and not from ",
                        "a device, a policy, a console or another thread meanwhile");
        struct Off {
            std::atomic<bool>& on;
            ~Off() { on.store(false, std::memory_order_release); }
        } off{on_};
        Lock lock = shared_.lock_now();
        Stopped stopped;
        const std::uint64_t before = executed_, dropped = host_.dropped();
        begin(limit);
        (void)host_.print(machine_);
        if (!over(stopped)) {
            const auto running = time_.follow({});
            shared_.follow(TimeSource{.of = &clock_, .now = [](void* of, std::uint64_t) {
                                          return static_cast<const ClockType*>(of)->now();
                                      }});
            // The threads wait for the lock, so that none has done anything if one cannot be had.
            Team team{*this, lock};
            if (const auto failure = team.start())
                return fail("the system gives no thread to each of ", present_,
                            " harts: ", hostmem::os::text(*failure),
                            "; run fewer harts, or all of them on one thread (Emulator)");
            serve(stopped, lock);
        }
        (void)host_.print(machine_);
        shared_.publish();
        stopped.executed = executed_ - before;
        stopped.dropped = host_.dropped() - dropped;
        return stopped;
    }

    /// From any thread, a device, a policy, a console, a signal's handler: the run that is on ends soon, or the next one,
    /// StopReason::asked.
    void request_stop() { asked_.store(true, std::memory_order_relaxed); }
    /// From any thread: calls `work(machine)` while no hart and no device is at it. Gives what `work` gives. Not from a device, a
    /// policy or a console: those are called under the same lock.
    template <class Work>
    decltype(auto) with(Work&& work) {
        return shared_.with(std::forward<Work>(work));
    }
    /// To be called from inside a run by who hears of an access, as a policy's function does: the run ends behind this
    /// instruction of the hart that made it, StopReason::watchpoint; the others come back within their quantum.
    void stop_behind(const SeenAccess& access) {
        machine_.request_stop();
        const std::size_t number = shared_.accessing();
        const bool by_hart = number != Shared::nobody;
        if (!notes_.access(access, by_hart ? pc_of(harts_[number]) : 0)) return;
        if (notes_.at_breakpoint()) come_again(harts_[stopped_hart_]);
        stopped_hart_ = by_hart ? number : 0;
    }

private:
    template <std::size_t... I>
    ThreadedEmulator(Machine& machine, ClockType clock, const EmulatorOptions& options,
                     std::index_sequence<I...>)
        : machine_(machine), clock_(std::move(clock)), options_(options),
          present_(options.harts == 0 ? most_harts : std::min(options.harts, most_harts)),
          buses_{Bus(shared_, I)...}, harts_{Hart(buses_[I], {.hart_id = I})...} {}

    /// The breakpoint that it came back for is not told: it comes back for it again.
    static void come_again(Hart& hart) {
        if constexpr (requires { hart.regions().forget_stop(); }) hart.regions().forget_stop();
    }

    void begin(std::uint64_t limit) {
        left_ = limit;
        running_ = 0;
        sleeps_ = {};
        for (std::size_t i = 0; i != present_; ++i) {
            watches_[i].begin(harts_[i]);
            traps_[i] = watches_[i].found();
        }
        (void)time_.tell();
        shared_.publish();
    }

    // ---- the thread of a hart, always under the lock but while its hart runs

    void run_hart(std::size_t number) noexcept {
        Hart& hart = harts_[number];
        Lock lock = shared_.lock();
        while (!shared_.ending()) {
            // A stop is answered by the thread that serves, and no allowance is left as long as others have it.
            if (machine_.stop_requested() || left_ == 0) {
                shared_.call_for_service();
                go_.wait(lock);
                continue;
            }
            const std::uint64_t allowed = allowance();
            const std::uint64_t changes = shared_.changes(number);
            left_ -= allowed;
            ++running_;
            lock.unlock();
            const auto result = watches_[number].run(hart, allowed);
            if constexpr (check::HasRunOn<Hart>) hart.end_turn();
            lock = shared_.lock();
            --running_;
            if (left_ == 0 && result.executed != allowed) go_.notify_all();
            left_ += allowed - result.executed;
            executed_ += result.executed;
            const bool halted = note(number, result.reason);
            if (result.reason == decltype(result.reason)::waiting || (result.executed == 0 && !halted)) {
                sleep(number, changes, lock);
            } else if (!halted && result.executed != allowed) {
                // It waits for another hart, which may have no processor.
                lock.unlock();
                ::sched_yield();
                lock = shared_.lock();
            }
        }
    }

    /// How much of the limit a hart takes at once: little enough that the others get something of it.
    std::uint64_t allowance() const {
        constexpr std::uint64_t most = 1'000'000;
        const std::uint64_t slice = std::clamp<std::uint64_t>(options_.slice, 1, most);
        return std::min(left_, std::clamp(left_ / 64, slice, most));
    }

    /// A hart waits: until its inputs have changed more often than that, or its own timer is up.
    struct Sleep {
        std::uint64_t changes = 0;
        SteadyTime::time_point end = no_end;
    };

    /// What a hart has come back for, beside its budget.
    template <class Reason>
    bool note(std::size_t number, Reason reason) {
        const auto& found = watches_[number].found();
        if (found.has_value() != traps_[number].has_value()) {
            traps_[number] = found;
            shared_.call_for_service();
        }
        // The first that has a reason is the one that is told.
        if (shared_.ending() || machine_.stop_requested()) {
            if constexpr (requires { Reason::breakpoint; })
                if (reason == Reason::breakpoint) come_again(harts_[number]);
            // Nor is a stop that was asked of this hart, which may not be what the machine wants one for.
            if constexpr (requires(Hart& hart) { hart.request_stop(); })
                if (detail::is_stopped(reason) && !buses_[number].told_stop()) harts_[number].request_stop();
            return true;
        }
        // What the machine wanted has been answered meanwhile: as a rule a port was full, and its bytes have been taken.
        if (detail::is_stopped(reason) && buses_[number].told_stop()) return true;
        if (!notes_.hart(reason, false, pc_of(harts_[number]))) return false;
        stopped_hart_ = number;
        machine_.request_stop();
        shared_.publish();
        return true;
    }

    /// Until one of its inputs has changed since `changes`, or its own timer is up.
    void sleep(std::size_t number, std::uint64_t changes, Lock& lock) {
        const auto woken = [&] {
            return shared_.changes(number) != changes || shared_.ending() || is_asked(harts_[number]);
        };
        lock.unlock();
        const SteadyTime::time_point end = timer_of(harts_[number]);
        const auto reason = look_again(harts_[number]);
        lock = shared_.lock();
        if (reason != decltype(reason)::waiting) return void(note(number, reason));
        sleeps_[number] = Sleep{changes, end};
        if (all_sleep()) shared_.call_for_service();
        if (end == no_end)
            shared_.woken(number).wait(lock, woken);
        else
            shared_.woken(number).wait_until(lock, end, woken);
        sleeps_[number].reset();
    }
    /// Every hart sleeps, and none has been woken and not gone on yet.
    bool all_sleep() const {
        const SteadyTime::time_point now = SteadyTime::now();
        for (std::size_t hart = 0; hart != present_; ++hart)
            if (!sleeps_[hart] || sleeps_[hart]->changes != shared_.changes(hart) ||
                sleeps_[hart]->end <= now || is_asked(harts_[hart]))
                return false;
        return true;
    }
    /// To stop, which it answers when it runs.
    static bool is_asked(const Hart& hart) {
        if constexpr (requires { hart.stop_requested(); }) return hart.stop_requested();
        return false;
    }
    void wake_asked() {
        for (std::size_t hart = 0; hart != present_; ++hart)
            if (sleeps_[hart] && is_asked(harts_[hart])) shared_.woken(hart).notify_all();
    }
    /// A timer that has come up since the hart looked is none that is to come: it has to look again. Whether it still waits, or
    /// why not.
    static auto look_again(Hart& hart) {
        using Reason = decltype(detail::run_on(hart, 0).reason);
        if constexpr (requires { hart.ticks_to_timer(); }) return Reason{detail::run_on(hart, 0).reason};
        return Reason::waiting;
    }
    SteadyTime::time_point timer_of(const Hart& hart) const {
        if constexpr (requires { hart.ticks_to_timer(); }) {
            const std::uint64_t ticks = hart.ticks_to_timer();
            if (ticks == std::numeric_limits<std::uint64_t>::max()) return no_end;
            return SteadyTime::now() + clock_.until(detail::add_times(clock_.now(), ticks));
        }
        return no_end;
    }

    // ---- the thread that serves

    /// The threads of the harts, which have ended when it is gone.
    struct Team {
        struct Work {
            ThreadedEmulator* emulator;
            std::size_t hart;
            void operator()() noexcept { emulator->run_hart(hart); }
        };
        ThreadedEmulator& emulator;
        Lock& lock;
        std::array<Work, most_harts> work{};
        std::array<hostmem::os::Thread, most_harts> threads{};

        std::optional<hostmem::os::Failure> start() {
            for (std::size_t i = 0; i != emulator.present_; ++i) {
                work[i] = {&emulator, i};
                auto thread = hostmem::os::Thread::start(work[i]);
                if (!thread) return thread.error();
                threads[i] = std::move(*thread);
            }
            return std::nullopt;
        }
        ~Team() {
            // A console that throws where it waits was called without it.
            if (!lock) lock.lock();
            emulator.shared_.end(true);
            emulator.go_.notify_all();
            lock.unlock();
            for (hostmem::os::Thread& thread : threads) thread.join();
            lock.lock();
            emulator.shared_.end(false);
            emulator.shared_.follow({});
        }
    };

    void serve(Stopped& stopped, Lock& lock) {
        for (;;) {
            shared_.served();
            (void)time_.tell();
            const bool full = host_.full();
            if (!full) {
                (void)host_.type(machine_, {executed_, clock_.now(),
                                            ticks_per_second(clock_, board_timebase<B>), all_sleep()});
                (void)host_.deliver();
                (void)host_.print(machine_);
            }
            if (over(stopped, full)) return;
            // It wants one yet where a port is full, and its console, too.
            if (!machine_.stop_requested()) go_.notify_all();
            wake_asked();
            if (host_.left(stopped)) return;
            shared_.publish();
            const auto deadline = time_.until_deadline();
            shared_.knows_deadlines_from(machine_.deadline());
            const bool all_sleep = this->all_sleep();
            if (all_sleep && !deadline && host_.ended() &&
                std::ranges::none_of(sleeps_, [](const auto& one) { return one && one->end != no_end; })) {
                stopped.reason = StopReason::idle;
                return;
            }
            const std::chrono::nanoseconds wait = until(deadline);
            if (all_sleep || full) {
                // Other threads may wake a hart meanwhile, and a console would not know.
                lock.unlock();
                host_.sleep(std::min<std::chrono::nanoseconds>(wait, full ? look : look_asleep));
                lock = shared_.lock_now();
            } else {
                host_.something_happened();
                shared_.wait_for_service(lock, std::min<std::chrono::nanoseconds>(wait, look));
            }
        }
    }

    /// How long nothing happens but what consoles bring and harts do.
    std::chrono::nanoseconds until(std::optional<std::chrono::nanoseconds> deadline) const {
        std::chrono::nanoseconds wait = std::min(deadline.value_or(Rest::longest),
                                                 std::chrono::nanoseconds(Rest::longest));
        const SteadyTime::time_point now = SteadyTime::now();
        for (const std::optional<Sleep>& one : sleeps_)
            if (one && one->end < now + wait) wait = std::max(one->end - now, SteadyTime::duration{0});
        return wait;
    }

    /// The guest has finished, somebody asked for a stop, a hart traps for ever, or the limit is reached.
    bool over(Stopped& stopped, bool full = false) {
        if (asked_.exchange(false, std::memory_order_relaxed)) machine_.request_stop();
        if (full)
            if (const auto asked = notes_.answer_for(harts_, present_)) stopped_hart_ = *asked;
        stopped.hart = stopped_hart_;
        if (answer_stops(machine_, notes_, stopped, full)) return true;
        if (told_trap_loop(stopped)) return true;
        return left_ == 0 && running_ == 0;
    }
    bool told_trap_loop(Stopped& stopped) {
        const auto found = [&](std::size_t hart) -> auto& { return traps_[hart]; };
        if (!traps_told_.tell(stopped, present_, found) || !options_.stop_at_trap_loop) return false;
        stopped.reason = StopReason::trapping;
        return true;
    }

    /// How long harts may print before somebody looks: what a person does not notice.
    static constexpr std::chrono::milliseconds look{2};
    /// How long it sleeps at consoles while all harts sleep.
    static constexpr std::chrono::milliseconds look_asleep{10};

    Machine& machine_;
    ClockType clock_;
    EmulatorOptions options_;
    std::size_t present_;
    Shared shared_{machine_};
    std::array<Bus, most_harts> buses_;
    std::array<Hart, most_harts> harts_;
    // Harts' own timers are their threads' business.
    MachineTime<Machine, ClockType, Hart> time_{machine_, clock_, {}};
    std::array<TrapWatch<Hart>, most_harts> watches_{};
    HostSide<Machine> host_;
    std::atomic<bool> asked_ = false;  // for a stop
    std::atomic<bool> on_ = false;     // a run

    // Under the lock, as all that follows.
    std::condition_variable go_;  // harts that were halted go on
    std::uint64_t left_ = 0;      // of the limit, and nobody's yet
    std::uint64_t executed_ = 0;  // of all runs
    std::size_t running_ = 0;
    std::array<std::optional<Sleep>, most_harts> sleeps_{};
    std::array<std::optional<TrapLoop>, most_harts> traps_{};
    TrapNews<most_harts> traps_told_;
    StopNotes notes_;
    std::size_t stopped_hart_ = 0;
};

}  // namespace wirewrap
