// What a debugged machine has done, so that it can be done again up to any instruction: moments to begin at, and what was
// typed in between.
//
//     auto history = History<E>::create(emulator, 256_MiB);
//     const std::uint64_t most = history->before_run(1'000'000);       // keeps a moment when it is time for one
//     RecordedConsole recorded(console, *history);
//     emulator.poll(recorded, most);
//     history->behind_run();
//
//     0 ──────────── executed ───────────── latest
//       moment   moment  typed  moment          what is before `latest` is done again: typed bytes come from here, and
//                                               what is printed was printed already
//
// It needs a clock that goes by instructions, and harts and devices that give their state. Steps that a debugger had a hart
// make out of turn are noted and made again. What it changes is not: a moment is kept behind it, and the run before that
// moment ends where the change was made.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include <wirewrap/base/bytes.hpp>
#include <wirewrap/base/error.hpp>
#include <wirewrap/board/traits.hpp>
#include <wirewrap/debug/hart_check.hpp>
#include <wirewrap/debug/riscv_registers.hpp>
#include <wirewrap/emulator/any_console.hpp>
#include <wirewrap/emulator/clock.hpp>
#include <wirewrap/emulator/stopped.hpp>
#include <wirewrap/state/moments.hpp>

namespace wirewrap::debug {

/// An emulator whose runs are the same again.
template <class E>
concept Reversible = state::Restorable<E> &&
                     CountsInstructions<std::remove_cvref_t<decltype(std::declval<E&>().clock())>>;

/// Where a run came to, by which one knows whether it came there again.
struct Whereabouts {
    std::uint64_t executed = 0;
    std::uint64_t registers =
        0;  // a sum over those of all harts; without pc, which an interrupt may have changed since

    friend bool operator==(const Whereabouts&, const Whereabouts&) = default;
};

/// It has not come back at a breakpoint just now, as far as it knows.
template <class H>
void forget_stop(H& hart) {
    if constexpr (requires { hart.forget_stop(); })
        hart.forget_stop();
    else if constexpr (requires { hart.regions().forget_stop(); })
        hart.regions().forget_stop();
}

template <Reversible E>
class History {
    using Hart = typename E::Hart;
    static constexpr std::size_t harts = board_harts<typename E::MachineType::BoardType>;

public:
    /// Instructions between two moments while the machine runs on.
    static constexpr std::uint64_t spacing = 20'000'000;
    static constexpr Bytes default_limit{std::uint64_t{256} << 20};

    struct Mark {
        std::uint64_t executed = 0;
        Whereabouts arrived{};  // the run before; elsewhere when the debugger changed something
        std::size_t typed = 0;  // bytes that were typed before
        bool changed = false;
    };

    static Expected<History> create(E& emulator, Bytes limit = default_limit) {
        auto moments = Moments::create(emulator, limit);
        if (!moments) return std::unexpected(moments.error());
        return History(emulator, std::move(*moments));
    }

    std::uint64_t executed() const { return emulator_->progress().executed; }
    /// What happens now has happened before.
    bool repeats() const { return executed() < latest_; }
    std::size_t size() const { return moments_.size(); }
    const Mark& mark(std::size_t n) const { return moments_.note(n); }
    Bytes changes() const { return moments_.changes(); }
    Bytes limit() const { return moments_.limit(); }

    /// Somebody has put the machine into another state: there is nothing before it.
    void begin_anew() {
        moments_.clear();
        typed_.clear();
        typed_again_ = 0;
        steps_.clear();
        latest_ = 0;
        left_.reset();
    }
    /// To be called before the debugger changes something: the future is another one then.
    void leaves() {
        if (!left_) left_ = here();
    }
    /// To be called before the machine runs forward; how many instructions of `limit` it may execute.
    std::uint64_t before_run(std::uint64_t limit) {
        if (moments_.size() == 0 || left_) {
            const bool changed = moments_.size() != 0;
            forget_future();
            moments_.keep({executed(), left_.value_or(here()), typed_again_, changed});
            left_.reset();
        }
        limit = keep_by(spacing, limit);
        return repeats() ? std::min(limit, latest_ - executed()) : limit;
    }
    void behind_run() { latest_ = std::max(latest_, executed()); }

    /// Keeps a moment when so many instructions were executed since the last one; how many of `limit` to go until the next.
    std::uint64_t keep_by(std::uint64_t instructions, std::uint64_t limit) {
        const std::uint64_t now = executed(), last = moments_.note(moments_.size() - 1).executed;
        if (now - last >= instructions) {
            moments_.keep({now, here(), typed_again_, false});
            return std::min(limit, instructions);
        }
        return std::min(limit, last + instructions - now);
    }

    // ---- steps of one hart, whoever's turn it is

    /// The hart that makes such a step here, again.
    std::optional<std::size_t> step_here() const {
        const Steps* const next = steps_from(executed());
        if (next == nullptr || !repeats() || next->executed > executed()) return std::nullopt;
        return next->hart;
    }
    /// The emulator's `step`, noted: something else than what happened here before.
    Stopped step(std::size_t hart) {
        forget_future();
        const std::uint64_t now = executed();
        const Stopped stopped = emulator_->step(hart);
        if (stopped.executed == 0) return stopped;
        if (steps_.empty() || steps_.back().hart != hart || steps_.back().end() != now)
            steps_.push_back({now, 0, hart});
        steps_.back().count += stopped.executed;
        return stopped;
    }
    /// Runs for at most `limit` instructions, or by one of those steps where it was made.
    template <class Poll>
    Stopped run(std::uint64_t limit, Poll poll) {
        if (const auto hart = step_here()) return emulator_->step(*hart);
        const Steps* const next = repeats() ? steps_from(executed()) : nullptr;
        return poll(next != nullptr ? std::min(limit, next->executed - executed()) : limit);
    }

    // ---- going back

    /// Where the past ends: here, or where the debugger began to change something, which is given up.
    Whereabouts give_up_changes() {
        if (!left_) return here();
        forget_future();
        latest_ = std::min(latest_, left_->executed);
        return *std::exchange(left_, std::nullopt);
    }
    /// The last moment before `end`; nothing when there is none.
    std::optional<std::size_t> before(std::uint64_t end) const {
        for (std::size_t n = moments_.size(); n != 0; --n)
            if (mark(n - 1).executed < end) return n - 1;
        return std::nullopt;
    }
    void go_to(std::size_t n) {
        // What came of a change is no future of the moments before it.
        for (std::size_t i = n + 1; i != moments_.size(); ++i)
            if (mark(i).changed) {
                latest_ = std::min(latest_, mark(i).arrived.executed);
                typed_.resize(std::min(typed_.size(), mark(i).typed));
                forget_steps();
                break;
            }
        moments_.go_to(n);
        for (std::size_t hart = 0; hart != harts; ++hart) forget_stop(emulator_->hart(hart));
        typed_again_ = mark(n).typed;
    }

    Whereabouts here() const {
        Whereabouts where{.executed = executed()};
        for (std::size_t hart = 0; hart != harts; ++hart)
            for (std::size_t n = 0; n != registers_.size() && registers_[n].number == n; ++n) {
                if (registers_[n].name == "pc") continue;
                const auto value = HartRegisters<Hart>::read(emulator_->hart(hart), n, registers_[n].number);
                where.registers = (where.registers ^ value.value_or(0)) * 0x9e37'79b9'7f4a'7c15;
                where.registers ^= where.registers >> 29;
            }
        return where;
    }

    // ---- what is typed

    /// The next byte for the guest: one that was typed here before, or in the present what `live()` has.
    template <class Live>
    std::optional<std::uint8_t> next(bool repeats, Live live) {
        const Typed now = typed_now();
        if (typed_again_ != typed_.size()) {
            if (!typed_[typed_again_].due(now)) return std::nullopt;
            return typed_[typed_again_++].byte;
        }
        if (repeats) return std::nullopt;
        const std::optional<std::uint8_t> byte = live();
        if (byte) {
            typed_.push_back(now);
            typed_.back().byte = *byte;
            ++typed_again_;
        }
        return byte;
    }

private:
    /// How a run is cut makes no difference to the guest, but to how often it is asked whether somebody types: the same look
    /// is known by when it is, and by whose turn it is.
    struct Typed {
        std::uint64_t executed = 0, ticks = 0, hart = 0;
        std::uint8_t byte = 0;

        bool due(const Typed& now) const {
            if (now.executed != executed) return now.executed > executed;
            return now.ticks > ticks || (now.ticks == ticks && now.hart == hart);
        }
    };
    struct Steps {
        std::uint64_t executed = 0, count = 0;
        std::size_t hart = 0;

        std::uint64_t end() const { return executed + count; }
    };
    /// Those that are there, or else the next ones.
    const Steps* steps_from(std::uint64_t at) const {
        const auto next = std::ranges::upper_bound(steps_, at, {}, &Steps::end);
        return next != steps_.end() ? &*next : nullptr;
    }
    void forget_steps() {
        while (!steps_.empty() && steps_.back().executed >= latest_) steps_.pop_back();
        if (!steps_.empty())
            steps_.back().count = std::min(steps_.back().count, latest_ - steps_.back().executed);
    }
    Typed typed_now() const {
        return {executed(), emulator_->clock().now(), emulator_->progress().turn.hart};
    }
    void forget_future() {
        latest_ = executed();
        typed_.resize(typed_again_);
        forget_steps();
    }

    using Moments = state::Moments<E, Mark>;
    History(E& emulator, Moments moments)
        : emulator_(&emulator), moments_(std::move(moments)),
          registers_(HartRegisters<Hart>::all(emulator.hart(0))) {}

    E* emulator_;
    Moments moments_;
    std::vector<DebugRegister> registers_;
    std::vector<Typed> typed_;
    std::size_t typed_again_ = 0;
    std::vector<Steps> steps_;         // ascending
    std::uint64_t latest_ = 0;         // the furthest that it has come, in instructions
    std::optional<Whereabouts> left_;  // where the debugger began to change something
};

/// A console whose bytes are noted, or come again, for one run of the emulator.
template <Reversible E>
class RecordedConsole {
public:
    template <Console C>
    RecordedConsole(C& console, History<E>& history)
        : console_(console), history_(history), repeats_(history.repeats()) {}

    std::optional<std::uint8_t> next(bool listening) {
        return history_.next(repeats_, [&] { return console_.next(listening); });
    }
    void print(std::span<const std::uint8_t> bytes) {
        if (!repeats_) console_.print(bytes);
    }
    void wait(std::chrono::nanoseconds time) { console_.wait(time); }
    bool closed() { return !repeats_ && console_.closed(); }
    bool ended() { return console_.ended(); }
    bool full() { return !repeats_ && console_.full(); }

private:
    AnyConsole console_;
    History<E>& history_;
    bool repeats_;
};

}  // namespace wirewrap::debug
