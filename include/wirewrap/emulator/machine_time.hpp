// The time of a machine while it runs: a clock tells it, and its deadlines tell how far harts may go.
//
//     MachineTime<Machine, VirtualClock, Hart> time(machine, clock, harts);
//     if (time.tell()) …                            // timers and alarms see what time it is, and one of them has come
//     time.tell_ticks();                            // the same before one instruction of many
//     time.deadline();                              // the tick at which one of them next wants to; `never`
//     const auto piece = time.piece(20'000);        // so many instructions, or fewer when a deadline comes before
//     auto running = time.follow(piece);            // until it ends, the guest sees time move whenever it looks
//     time.gone_on(100);                            // a hart that executes the piece in parts begins to count anew here
//     clock.executed(n);
//     if (time.reached(piece)) …                    // that deadline has come
#pragma once

#include <algorithm>
#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <span>
#include <type_traits>

#include <wirewrap/board/traits.hpp>
#include <wirewrap/emulator/clock.hpp>
#include <wirewrap/emulator/wanted_times.hpp>
#include <wirewrap/machine/device_set.hpp>
#include <wirewrap/machine/time_source.hpp>

namespace wirewrap {

template <class Machine, Clock ClockType, class Hart>
class MachineTime {
    static_assert(
        detail::whole_clock<ClockType>,
        "the clock goes by instructions in part; one that does has const members instructions_until(tick), "
        "now_after(instructions) and wall_after(instructions), which give std::uint64_t");
    using B = typename Machine::BoardType;
    template <class D>
    struct IsWallClock : std::bool_constant<KeepsWallClock<D>> {};
    static constexpr bool has_wall_clock = DeviceSet<B>::template find<IsWallClock>() != DeviceSet<B>::none;
    static constexpr bool counts = CountsInstructions<ClockType>;

public:
    static constexpr std::uint64_t never = std::numeric_limits<std::uint64_t>::max();

    /// All must outlive it; it asks the harts nothing before the first call.
    MachineTime(Machine& machine, ClockType& clock, std::span<const Hart> harts)
        : machine_(machine), clock_(clock), harts_(harts) {}

    /// True when a deadline has come, so that a hart that waited may have been woken: afterwards it is one no more.
    bool tell() {
        // One whose deadline stays may let a hart go on although nobody can tell that it wanted this time.
        if (!ticks_.any_stayed() && !alarms_.any_stayed()) return tell_all();
        const auto before = lines();
        return tell_all() || lines() != before;
    }
    /// Before one instruction of many: a tick that was told is not told again, and a clock on the wall is looked at where an alarm
    /// is set.
    void tell_ticks() {
        const std::uint64_t now = clock_.now();
        if (now != machine_.time() || soonest() <= now) (void)tell_devices(now);
        if constexpr (has_wall_clock)
            if (machine_.alarm_due() != never) (void)tell_wall();
    }

    /// The machine was put into another state.
    void begin_anew() {
        ticks_.forget();
        alarms_.forget();
    }

    /// When a device next wants to hear of time; `never` when none does within the horizon.
    std::uint64_t deadline() const {
        std::uint64_t deadline = soonest();
        if constexpr (has_wall_clock) deadline = std::min(deadline, alarm_tick());
        if (deadline == never) return never;
        const std::uint64_t now = clock_.now();
        return deadline > now && deadline - now >= horizon() ? never : deadline;
    }

    /// What a hart may execute in one go: up to the next deadline, where the clock goes by instructions and can tell.
    struct Piece {
        std::uint64_t instructions = 0;
        std::uint64_t deadline = never;
        bool ahead = false;  // it is to come
    };
    /// Of at most `most` instructions.
    Piece piece(std::uint64_t most) const {
        Piece piece{most};
        if constexpr (counts) {
            piece.deadline = deadline();
            piece.ahead = piece.deadline > clock_.now();
            if (piece.ahead) piece.instructions = std::min(most, clock_.instructions_until(piece.deadline));
        }
        return piece;
    }
    /// Whether its deadline was ahead and has come; one that the guest has put off meanwhile has not.
    bool reached(const Piece& piece) const {
        return piece.ahead && clock_.now() >= piece.deadline && deadline() <= clock_.now();
    }

    /// As long as the result lives, a hart runs, for such a piece at most, and its deadline is known.
    auto follow(const Piece& piece) {
        ahead_.executed = 0;
        TimeSource source{.of = &ahead_, .now = now_of, .wall = wall_of};
        if constexpr (counts)
            source.horizon = std::min(piece.deadline, clock_.now_after(piece.instructions) + 1);
        machine_.follow(source);
        struct Following {
            Machine& machine;
            explicit Following(Machine& followed) : machine(followed) {}
            Following(const Following&) = delete;
            Following& operator=(const Following&) = delete;
            ~Following() { machine.follow({}); }
        };
        return Following(machine_);
    }
    /// Meanwhile: so many instructions of the piece are behind the hart, which counts from there on.
    void gone_on(std::uint64_t executed) { ahead_.executed = executed; }

    /// Nothing happens before the next deadline. How long the host has to wait for it: none when it has come, nothing when
    /// it never does.
    std::optional<std::chrono::nanoseconds> pass_to_deadline() {
        const std::uint64_t next = deadline();
        if (next != never) clock_.idle(next);
        // A clock by instructions that does not get there stands still.
        if (counts && clock_.now() < next) return std::nullopt;
        return until(next);
    }
    /// The same, and no time passes.
    std::optional<std::chrono::nanoseconds> until_deadline() const { return until(deadline()); }

private:
    /// A deadline further away than this is none: a guest that wants no interrupt sets its timer as far as it can.
    static constexpr std::uint64_t horizon_in_seconds = 500ULL * 365 * 24 * 3600;
    std::uint64_t horizon() const {
        std::uint64_t ticks = 0;
        return __builtin_mul_overflow(horizon_in_seconds, frequency(), &ticks) ? detail::latest : ticks;
    }
    std::optional<std::chrono::nanoseconds> until(std::uint64_t deadline) const {
        std::optional<std::chrono::nanoseconds> wait;
        if (deadline != never) wait = clock_.until(deadline);
        if constexpr (has_wall_clock && !counts) {
            // A tick may be long, and where none passes an alarm rings all the same.
            const std::uint64_t wall = clock_.wall(), due = alarms_.soonest(machine_, wall);
            const std::uint64_t ahead = due > wall ? due - wall : 0;
            constexpr std::uint64_t longest = 3600 * detail::nanoseconds_a_second;
            if (due != never && ahead / detail::nanoseconds_a_second < horizon_in_seconds)
                wait = std::min(wait.value_or(std::chrono::nanoseconds::max()),
                                std::chrono::nanoseconds(std::min(ahead, longest)));
        }
        return wait;
    }
    std::uint64_t frequency() const { return ticks_per_second(clock_, board_timebase<B>); }

    /// The clock, and how far the running hart was when it began to count.
    struct Ahead {
        const ClockType& clock;
        std::uint64_t executed = 0;
    };
    static std::uint64_t now_of(void* of, std::uint64_t executed) {
        const Ahead& ahead = *static_cast<const Ahead*>(of);
        if constexpr (counts) return ahead.clock.now_after(ahead.executed + executed);
        return ahead.clock.now();
    }
    static std::uint64_t wall_of(void* of, std::uint64_t executed) {
        const Ahead& ahead = *static_cast<const Ahead*>(of);
        if constexpr (counts) return ahead.clock.wall_after(ahead.executed + executed);
        return ahead.clock.wall();
    }

    bool tell_all() {
        bool come = tell_devices(clock_.now());
        if constexpr (has_wall_clock) come = tell_wall() || come;
        return come;
    }
    auto lines() const {
        std::array<std::uint64_t, board_harts<B>> lines{};
        for (std::size_t hart = 0; hart != lines.size(); ++hart) lines[hart] = machine_.interrupt_lines(hart);
        return lines;
    }
    bool tell_devices(std::uint64_t now) {
        const bool come = harts_soonest() <= now;
        return ticks_.tell(machine_, now, [&] { machine_.set_time(now); }) || come;
    }
    bool tell_wall() {
        const std::uint64_t wall = clock_.wall();
        return alarms_.tell(machine_, wall, [&] { machine_.set_wall_clock(wall); });
    }

    /// When a device or a hart's own timer next wants to hear of time.
    std::uint64_t soonest() const {
        return std::min(ticks_.soonest(machine_, clock_.now()), harts_soonest());
    }
    std::uint64_t harts_soonest() const {
        std::uint64_t soonest = never;
        if constexpr (requires(const Hart& hart) { hart.ticks_to_timer(); }) {
            const std::uint64_t told = machine_.devices().told();
            for (const Hart& hart : harts_)
                if (const std::uint64_t ticks = hart.ticks_to_timer(); ticks != never)
                    soonest = std::min(soonest, detail::add_times(told, ticks));
        }
        return soonest;
    }

    /// The tick at which an alarm on the wall rings.
    std::uint64_t alarm_tick() const {
        const std::uint64_t wall = clock_.wall(), due = alarms_.soonest(machine_, wall);
        if (due == never) return never;
        const std::uint64_t wait = detail::change_unit(due > wall ? due - wall : 0,
                                                       detail::nanoseconds_a_second, frequency());
        const std::uint64_t tick = detail::add_times(clock_.now(), wait);
        if constexpr (counts)
            if (clock_.wall_after(clock_.instructions_until(tick)) >= due) return tick;
        // A tick more, so that the alarm is not a rounding error away when it comes.
        return detail::add_times(tick, 1);
    }

    Machine& machine_;
    ClockType& clock_;
    std::span<const Hart> harts_;
    Ahead ahead_{clock_};
    WantedTimes<Machine, TickDeadlines> ticks_;
    [[no_unique_address]] WantedTimes<Machine, WallAlarms> alarms_;
};

}  // namespace wirewrap
