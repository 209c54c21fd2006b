// Finds out that a guest traps for ever at one place or at a few in turn, as it does when it has no trap handler: the trap goes to an address
// where nothing is, and the fetch there traps again.
//
//     TrapWatch<Hart> watch;
//     auto result = watch.run(hart, budget, step);      // as hart.run(budget), now and again a piece of it step by step
//     if (const auto& loop = watch.found()) std::cerr << describe({0, *loop}) …
//
// At the end of a run it looks only at how many instructions trapped and at the registers of the last trap. When those stay
// the same, it executes a few thousand instructions one by one, and says so behind each (`step(executed)`), for the guest's
// time goes on. A guest is lost when, in the least privileged mode that was seen, every instruction trapped, all at one place or a
// few in turn: firmware above may do what it likes in between. And it is when the hart comes back to the state that it was in
// (repeated_state.hpp), as when a handler itself faults, or returns to what it has not put right.
#pragma once

#include <algorithm>
#include <array>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <optional>

#include <wirewrap/emulator/repeated_state.hpp>
#include <wirewrap/emulator/trap_loop.hpp>
#include <wirewrap/emulator/trap_places.hpp>

namespace wirewrap {

/// A hart whose traps can be watched: a RISC-V hart of this library is.
template <class H>
concept TellsTraps = requires(const H& hart, std::uint16_t number) {
    { hart.retired() } -> std::same_as<std::uint64_t>;
    { hart.pc() } -> std::same_as<std::uint64_t>;
    { *hart.csr(number) } -> std::convertible_to<std::uint64_t>;
    static_cast<unsigned>(hart.privilege());
};

namespace detail {
/// A piece of a turn, where the hart minds.
template <class H>
auto run_on(H& hart, std::uint64_t budget) {
    if constexpr (requires { hart.run_on(budget); })
        return hart.run_on(budget);
    else
        return hart.run(budget);
}
/// A hart whose reasons say so waits for another one.
template <class Reason>
constexpr bool is_paused(Reason reason) {
    if constexpr (requires { Reason::paused; }) return reason == Reason::paused;
    return false;
}
/// A hart that was asked to stop has answered that, and does not say it again.
template <class Reason>
constexpr bool is_stopped(Reason reason) {
    if constexpr (requires { Reason::stopped; }) return reason == Reason::stopped;
    return false;
}
}  // namespace detail

/// For who need not hear of steps.
struct NoStep {
    void operator()(std::uint64_t) const {}
};

/// For harts that cannot be watched: runs them.
template <class H>
class TrapWatch {
public:
    template <class Step = NoStep>
    auto run(H& hart, std::uint64_t budget, Step = {}) {
        return detail::run_on(hart, budget);
    }
    void begin(const H&) {}
    const std::optional<TrapLoop>& found() const { return found_; }

private:
    std::optional<TrapLoop> found_;
};

template <TellsTraps H>
class TrapWatch<H> {
public:
    template <class Step = NoStep>
    auto run(H& hart, std::uint64_t budget, Step step = {}) {
        std::uint64_t stepped = 0;
        if (look_) {
            const auto looked = look_closely(hart, budget, step);
            if (look_ || ends_run(looked.reason)) return leave(hart, looked);
            stepped = looked.executed;
        }
        const std::uint64_t before = hart.retired();
        auto result = detail::run_on(hart, budget - stepped);
        const std::uint64_t retired = hart.retired() - before;
        note(hart, result.executed - std::min(retired, result.executed), retired);
        result.executed += stepped;
        return leave(hart, result);
    }

    /// To be called when somebody else may have changed the hart: if so, earlier runs say nothing about the next.
    void begin(const H& hart) {
        if (hart.pc() != left_at_ || hart.retired() != left_retired_) forget();
    }

    /// Where the hart traps; nothing once it has gone on.
    const std::optional<TrapLoop>& found() const { return found_; }

private:
    static constexpr std::uint16_t scause = 0x142, stval = 0x143, mepc = 0x341, mcause = 0x342, mtval = 0x343;
    static constexpr unsigned machine = 3;
    static constexpr std::uint64_t vain_limit = 1000;   // traps without an instruction between them
    static constexpr std::uint64_t first_rounds = 8;    // runs that ended with the same traps
    static constexpr std::uint64_t most_rounds = 1024;  // between two close looks at a guest that traps often
    static constexpr std::uint64_t steps = 4096,
                                   most_steps = 4 * steps;  // of a look, and where it is not sure
    static constexpr std::uint64_t enough_traps = 16;

    static std::uint64_t csr(const H& hart, std::uint16_t number) { return hart.csr(number).value_or(0); }

    template <class Result>
    Result leave(const H& hart, const Result& result) {
        left_at_ = hart.pc();
        left_retired_ = hart.retired();
        return result;
    }

    void note(const H& hart, std::uint64_t traps, std::uint64_t retired) {
        if (traps == 0) {
            if (retired != 0) forget();
            return;
        }
        vain_ = retired == 0 ? vain_ + traps : 0;
        const Last now{csr(hart, mepc), csr(hart, mcause)};
        if (std::ranges::find(last_, now) == last_.end()) {
            last_[oldest_++ % last_.size()] = now;
            same_ = 0;
        } else {
            ++same_;
        }
        // Who was found is looked at now and again, too: it may have been helped.
        since_ = found_ ? since_ + 1 : 0;
        if ((vain_ >= vain_limit && !found_) || same_ >= rounds_ || since_ >= rounds_) look_.emplace();
    }
    void forget() {
        found_.reset();
        look_.reset();
        vain_ = same_ = since_ = 0;
        rounds_ = first_rounds;
    }

    /// What happens while the hart is looked at.
    struct Look {
        /// In one privilege mode.
        struct Mode {
            std::uint64_t retired = 0;
            TrapPlaces places{};
        };
        std::array<Mode, 4> modes{};
        RepeatedState<H> repeated{};
        std::uint64_t steps = 0;

        /// The least privileged mode that was seen.
        const Mode& lowest() const {
            const auto seen = std::ranges::find_if(
                modes, [](const Mode& mode) { return mode.retired + mode.places.traps() != 0; });
            return seen != modes.end() ? *seen : modes.back();
        }
        bool lost() const { return lowest().retired == 0 && lowest().places.few(); }
        bool over() const {
            if (repeated.for_ever() || steps >= most_steps) return true;
            return steps >= TrapWatch::steps && (!lost() || lowest().places.traps() >= enough_traps);
        }
    };

    /// A reason that the hart gives behind an instruction, and only once.
    template <class Reason>
    static constexpr bool ends_run(Reason reason) {
        return detail::is_paused(reason) || detail::is_stopped(reason);
    }

    /// Executes up to `limit` instructions one by one, fewer when the hart has a reason, or enough has been seen: then the look is
    /// over.
    auto look_closely(H& hart, std::uint64_t limit, auto& step) {
        decltype(detail::run_on(hart, limit)) last{};
        std::uint64_t executed = 0;
        while (executed != limit && look_) {
            const std::uint64_t pc = hart.pc(), before = hart.retired();
            const unsigned mode = static_cast<unsigned>(hart.privilege()) & 3;
            look_->repeated.before(hart);
            last = detail::run_on(hart, 1);
            if (last.executed == 0) break;  // it waits, or is to stop
            step(++executed);
            if (hart.retired() != before) {
                ++look_->modes[mode].retired;
                look_->repeated.retired();
            } else {
                const bool taken_by_machine = static_cast<unsigned>(hart.privilege()) == machine;
                const TrapLoop trap{.pc = pc,
                                    .cause = csr(hart, taken_by_machine ? mcause : scause),
                                    .value = csr(hart, taken_by_machine ? mtval : stval)};
                look_->modes[mode].places.add(trap, registers_of(hart));
                look_->repeated.trapped(hart, trap);
            }
            ++look_->steps;
            if (look_->over()) judge();
            if (ends_run(last.reason)) break;
        }
        last.executed = executed;
        return last;
    }
    static std::uint64_t registers_of(const H& hart) {
        detail::StateNumber number;
        if constexpr (requires { static_cast<std::uint64_t>(hart.x(1)); })
            for (std::size_t i = 1; i != 32; ++i) number.add(static_cast<std::uint64_t>(hart.x(i)));
        return number.value();
    }

    void judge() {
        found_.reset();
        if (look_->repeated.for_ever())
            found_ = look_->repeated.first();
        else if (look_->lost() && look_->lowest().places.traps() >= enough_traps)
            found_ = look_->lowest().places.first();
        look_.reset();
        vain_ = same_ = since_ = 0;
        rounds_ = std::min(rounds_ * 2, most_rounds);
    }

    struct Last {
        std::uint64_t where = 0, cause = 0;
        friend bool operator==(const Last&, const Last&) = default;
    };

    std::optional<TrapLoop> found_;
    std::optional<Look> look_;  // while it lasts, in as many runs as it takes
    std::uint64_t vain_ = 0, same_ = 0, since_ = 0, rounds_ = first_rounds;
    std::array<Last, TrapPlaces::most> last_{};  // traps at the ends of runs
    std::size_t oldest_ = 0;
    std::uint64_t left_at_ = 0, left_retired_ = 0;
};

}  // namespace wirewrap
