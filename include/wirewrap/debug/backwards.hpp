// The way back: to the last step of a hart, or to the last breakpoint or watched access, before where the machine is. What
// lies between two moments of its history is done again, once to see what happens there, and once more up to the place.
//
//     moment 3 ────── breakpoint ───── breakpoint ───── here         first again from moment 3 to here: the second one is last
//     moment 3 ────── breakpoint ───── there                         then again, up to it
//
//     Backwards way(history, hart);                         // or without a hart: as far as it goes
//     while (!stop.ends()) stop = way.piece(poll, stop_of, 1'000'000);
//
// Where nothing happens since a moment, the one before it is tried; behind the first one there is the beginning. A hart
// comes to a watchpoint from behind: it stands before the instruction that made the access.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <utility>

#include <wirewrap/debug/history.hpp>
#include <wirewrap/debug/stop.hpp>
#include <wirewrap/emulator/stopped.hpp>

namespace wirewrap::debug {

template <Reversible E>
class Backwards {
    static constexpr bool one_hart = board_harts<typename E::MachineType::BoardType> == 1;

public:
    /// By one step of `hart`, or as far as nothing stops it.
    Backwards(History<E>& history, std::optional<std::size_t> hart) : history_(history), hart_(hart) {
        next_interval(history.give_up_changes());
    }

    /// Goes on for about `limit` instructions; `Reason::none` until it is there. `poll(n)` runs the emulator forward for n of
    /// them, and `stop_of(stopped)` says what that means.
    template <class Poll, class StopOf>
    DebugStop piece(Poll poll, StopOf stop_of, std::uint64_t limit) {
        switch (doing_) {
        case Doing::scan: return scan(poll, stop_of, limit);
        case Doing::arrive: return arrive(poll, limit);
        case Doing::end: break;
        }
        return {.reason = DebugStop::Reason::begin, .hart = hart_.value_or(0)};
    }
    /// The way back was another one: what then is to be said.
    static constexpr std::string_view lost =
        "what the machine did before is not what it does again: something from outside took part in it, such "
        "as a disk that was written or bytes typed at a port that is not the console's; its history begins "
        "anew here\n";
    bool is_lost() const { return lost_; }

private:
    enum class Doing : std::uint8_t { scan, arrive, end };
    using Reason = DebugStop::Reason;

    struct Found {
        std::uint64_t at = 0;  // instructions executed
        DebugStop stop;
    };

    /// Steps are looked for among so many last instructions first, then among all since a moment: to see whose an
    /// instruction is takes a run of its own.
    static constexpr std::uint64_t last_ones = 64;

    std::uint64_t executed() const { return history_.executed(); }
    std::uint64_t singles_from(std::uint64_t count) const {
        if (!hart_) return end_.executed;
        return end_.executed - std::min(end_.executed - begin_, count);
    }

    /// To the moment before `end`, from where it is gone forward to there.
    void next_interval(const Whereabouts& end) {
        end_ = end;
        const auto moment = history_.before(end.executed);
        if (!moment) {
            if (history_.size() != 0) history_.go_to(0);
            doing_ = Doing::end;
            return;
        }
        history_.go_to(*moment);
        begin_ = executed();
        arrived_ = history_.mark(*moment).arrived;
        spacing_ = std::max((end.executed - begin_) / 8, finest);
        singles_ = singles_from(one_hart ? 1 : last_ones);
        doing_ = Doing::scan;
    }

    template <class Poll, class StopOf>
    DebugStop scan(Poll poll, StopOf stop_of, std::uint64_t limit) {
        // Singles are many times slower.
        std::uint64_t left = executed() < singles_ ? limit : std::min<std::uint64_t>(limit, most_singles);
        while (left != 0 && executed() < end_.executed) {
            const std::uint64_t now = executed();
            // Who goes back once goes back again: the next way is shorter.
            std::uint64_t most = std::min(history_.keep_by(spacing_, left), end_.executed - now);
            most = now < singles_ ? std::min(most, singles_ - now) : 1;
            const Stopped stopped = poll(most);
            const DebugStop stop = stop_of(stopped);
            note(stopped, stop);
            if (stuck(stopped)) return get_lost();
            left -= std::min(left, std::max<std::uint64_t>(stopped.executed, 1));
        }
        if (executed() < end_.executed) return {};
        if (history_.here().registers != end_.registers) return get_lost();
        decide();
        return {};
    }
    /// It ran here before, and does not now.
    static bool stuck(const Stopped& stopped) {
        return stopped.executed == 0 &&
               (stopped.reason == StopReason::asleep || stopped.reason == StopReason::idle ||
                stopped.reason == StopReason::finished);
    }
    void note(const Stopped& stopped, const DebugStop& stop) {
        const std::uint64_t now = executed();
        if (stop.reason == Reason::breakpoint)
            found_ = Found{.at = now, .stop = stop};
        else if (stop.reason == Reason::watchpoint)
            found_ = Found{.at = std::max(begin_, now - 1), .stop = stop};
        else if (hart_ && stopped.executed == 1 && stopped.hart == *hart_ && now > singles_)
            found_ = Found{.at = now - 1, .stop = {.reason = Reason::step, .hart = *hart_}};
    }
    void decide() {
        // Before the singles there may be a step behind what was found.
        const bool sure = found_ && (!hart_ || found_->at >= singles_);
        if (!sure && hart_ && singles_ != begin_) {
            found_.reset();
            history_.go_to(*history_.before(begin_ + 1));
            singles_ = begin_;
            return;
        }
        if (!found_) return next_interval(arrived_);
        history_.go_to(*history_.before(found_->at + 1));
        doing_ = Doing::arrive;
    }

    /// Whatever happens on the way is known.
    template <class Poll>
    DebugStop arrive(Poll poll, std::uint64_t limit) {
        if (executed() < found_->at) {
            if (stuck(poll(std::min(limit, found_->at - executed())))) return get_lost();
            return {};
        }
        // A hart that takes an interrupt first comes to its breakpoint by that, before it executes anything.
        if (found_->stop.reason == Reason::breakpoint) {
            const Stopped stopped = poll(1);
            if (stopped.executed != 0) return get_lost();
        }
        return found_->stop;
    }
    DebugStop get_lost() {
        lost_ = true;
        history_.begin_anew();
        return {.reason = Reason::begin, .hart = hart_.value_or(0)};
    }

    /// Moments that are this near are near enough.
    static constexpr std::uint64_t finest = 10'000;
    static constexpr std::uint64_t most_singles = 100'000;

    History<E>& history_;
    std::optional<std::size_t> hart_;
    Doing doing_ = Doing::scan;
    // Of the interval that is looked through: where it ends, where the run before it came to, where it begins itself, where
    // single instructions begin, how far moments in it are from one another.
    Whereabouts end_, arrived_;
    std::uint64_t begin_ = 0, singles_ = 0, spacing_ = 0;
    std::optional<Found> found_;  // what was last before the end, as far as it was looked
    bool lost_ = false;
};

}  // namespace wirewrap::debug
