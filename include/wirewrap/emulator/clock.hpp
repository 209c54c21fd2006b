// Where a machine's time comes from, in ticks of its timer.
//
//     HostClock clock(10'000'000);         // 10 MHz, as fast as the world outside
//     VirtualClock clock(10'000'000);      // counts instructions: every run is the same, and idle time takes none
//     VirtualClock slow(10'000'000, 3);    // 8 nanoseconds each, as QEMU's -icount shift=3
//
// Ticks and nanoseconds are numbers of 64 bits: they are exact for 500 years at up to 1,000,000,000 ticks a second, and
// where a number would not fit any more time stands still instead of wrapping. All ones is no time: it means never. At 0
// ticks a second there is never a next tick.
#pragma once

#include <algorithm>
#include <chrono>
#include <concepts>
#include <cstdint>
#include <limits>

#include <wirewrap/base/language.hpp>
#include <wirewrap/base/member_kind.hpp>

namespace wirewrap {

/// `now()` in ticks, `wall()` in nanoseconds since 1970-01-01 00:00 UTC, `executed(n)` hears of instructions, `until(t)` is how
/// long the host should sleep to reach tick t, and `idle(t)` that the guest has nothing to do before tick t.
template <class C>
concept Clock = requires(C& clock, const C& view, std::uint64_t n) {
    { view.now() } -> std::same_as<std::uint64_t>;
    { view.wall() } -> std::same_as<std::uint64_t>;
    { view.until(n) } -> std::same_as<std::chrono::nanoseconds>;
    clock.executed(n);
    clock.idle(n);
};

/// How many ticks a clock has in a second: one that does not say so has as many as the platform's timer.
template <Clock C>
std::uint64_t ticks_per_second(const C& clock, std::uint64_t platform) {
    if constexpr (requires { static_cast<std::uint64_t>(clock.ticks_per_second()); })
        return static_cast<std::uint64_t>(clock.ticks_per_second());
    else
        return platform;
}

/// A clock that goes by instructions: it knows how many are left before a tick, so that what happens at that tick happens at
/// its instruction, and what time it will be `n` instructions from now, so that time moves when it is read.
template <class C>
concept CountsInstructions = Clock<C> && requires(const C& view, std::uint64_t n) {
    { view.instructions_until(n) } -> std::same_as<std::uint64_t>;
    { view.now_after(n) } -> std::same_as<std::uint64_t>;
    { view.wall_after(n) } -> std::same_as<std::uint64_t>;
};

namespace detail {

struct InstructionsUntilName {
    WIREWRAP_MEMBER_NAME(instructions_until);
};
struct NowAfterName {
    WIREWRAP_MEMBER_NAME(now_after);
};
struct WallAfterName {
    WIREWRAP_MEMBER_NAME(wall_after);
};
/// Not some of what a clock that goes by instructions has: it would be taken for one that does not.
template <class C>
inline constexpr bool whole_clock = CountsInstructions<C> ||
                                    (member_kind<InstructionsUntilName, C>() == MemberKind::none &&
                                     member_kind<NowAfterName, C>() == MemberKind::none &&
                                     member_kind<WallAfterName, C>() == MemberKind::none);

inline constexpr std::uint64_t no_time = std::numeric_limits<std::uint64_t>::max();
inline constexpr std::uint64_t latest = no_time - 1;  // the last number that is a time
inline constexpr std::uint64_t nanoseconds_a_second = 1'000'000'000;

constexpr std::uint64_t add_times(std::uint64_t a, std::uint64_t b) {
    return a > latest - b || b > latest ? latest : a + b;
}

/// `count` units, of which there are `from` in a second, in units of which there are `to`; rounded down, `latest` at most.
/// With no units in a second none pass in any time, and to wait for one takes for ever.
constexpr std::uint64_t change_unit(std::uint64_t count, std::uint64_t from, std::uint64_t to) {
    if (from == 0) return count == 0 ? 0 : latest;
    if (to == 0) return 0;
    const std::uint64_t seconds = count / from, rest = count % from;
    std::uint64_t whole = 0, product = 0, part = 0, left = 0;
    if (__builtin_mul_overflow(seconds, to, &whole) || whole > latest) return latest;
    if (!__builtin_mul_overflow(rest, to, &product)) {
        part = product / from;
    } else {
        // Without the product: rest < from, so bit by bit the quotient stays below `to`.
        for (int bit = 63; bit >= 0; --bit) {
            part = part * 2 + (left >= from - left ? 1 : 0);
            left = left >= from - left ? left - (from - left) : left * 2;
            if ((to >> bit & 1) != 0) {
                part += left >= from - rest ? 1 : 0;
                left = left >= from - rest ? left - (from - rest) : left + rest;
            }
        }
    }
    return add_times(whole, part);
}

}  // namespace detail

/// The host's monotonic clock.
class HostClock {
public:
    explicit HostClock(std::uint64_t ticks_per_second) : frequency_(ticks_per_second) {}

    std::uint64_t ticks_per_second() const { return frequency_; }
    std::uint64_t now() const {
        const std::chrono::nanoseconds passed = std::chrono::steady_clock::now() - start_;
        return detail::add_times(first_, detail::change_unit(static_cast<std::uint64_t>(passed.count()),
                                                             detail::nanoseconds_a_second, frequency_));
    }
    std::uint64_t wall() const {
        const std::chrono::nanoseconds passed = std::chrono::system_clock::now().time_since_epoch();
        return static_cast<std::uint64_t>(passed.count());
    }
    /// An hour at most.
    std::chrono::nanoseconds until(std::uint64_t tick) const {
        const std::uint64_t current = now();
        if (tick <= current) return std::chrono::nanoseconds{0};
        constexpr std::chrono::nanoseconds longest = std::chrono::hours(1);
        const std::uint64_t wait = detail::change_unit(tick - current, frequency_,
                                                       detail::nanoseconds_a_second);
        return std::chrono::nanoseconds{std::min(wait, static_cast<std::uint64_t>(longest.count()))};
    }
    void executed(std::uint64_t) {}
    void idle(std::uint64_t) {}

    /// Goes on where another clock was: the time in between did not pass for the guest.
    template <class Archive>
    void state(Archive& archive) {
        std::uint64_t ticks = now();
        archive.field("ticks", ticks);
        if constexpr (Archive::loading) {
            start_ = std::chrono::steady_clock::now();
            first_ = ticks;
        }
    }

private:
    std::uint64_t frequency_;
    std::uint64_t first_ = 0;  // the tick at `start_`
    std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
};

/// Time by instructions, 2^shift nanoseconds for each; an idle guest skips to its next deadline. On the wall it begins on
/// 2020-01-01, so that every run is the same.
class VirtualClock {
public:
    static constexpr unsigned most_shift = 10;  // that QEMU has: a microsecond, nearly

    /// Any shift will do; from 63 on, an instruction takes longer than there are times.
    explicit VirtualClock(std::uint64_t ticks_per_second, unsigned shift = 0)
        : frequency_(ticks_per_second),
          nanoseconds_per_tick_(
              ticks_per_second == 0
                  ? 0
                  : std::max<std::uint64_t>(1, detail::nanoseconds_a_second / ticks_per_second)),
          shift_(std::min(shift, 63U)) {}

    std::uint64_t ticks_per_second() const { return frequency_; }
    std::uint64_t now() const { return detail::add_times(skipped_, ticks_); }
    std::uint64_t wall() const { return wall_; }
    /// Ticks when so many more instructions have been executed.
    std::uint64_t now_after(std::uint64_t instructions) const {
        const std::uint64_t more = passed_after(instructions) - passed_;
        return in_this_tick(more) ? now()
                                  : detail::add_times(skipped_, (passed_ + more) / nanoseconds_per_tick_);
    }
    std::uint64_t wall_after(std::uint64_t instructions) const {
        return in_this_tick(passed_after(instructions) - passed_) ? wall_ : wall_at(now_after(instructions));
    }
    std::chrono::nanoseconds until(std::uint64_t) const { return std::chrono::nanoseconds{0}; }
    void executed(std::uint64_t instructions) {
        const std::uint64_t more = passed_after(instructions) - passed_;
        passed_ += more;
        if (in_this_tick(more))
            into_ += more;
        else
            look();
    }
    /// All ones: there is nothing to skip to, and no time passes.
    void idle(std::uint64_t tick) {
        if (tick == detail::no_time || tick <= now() || nanoseconds_per_tick_ == 0) return;
        skipped_ += tick - now();
        look();
    }
    /// 0: that tick is now or past.
    std::uint64_t instructions_until(std::uint64_t tick) const {
        const std::uint64_t current = now();
        if (tick <= current) return 0;
        std::uint64_t ticks = 0;  // in nanoseconds
        if (nanoseconds_per_tick_ == 0 ||
            __builtin_mul_overflow(tick - current, nanoseconds_per_tick_, &ticks) || ticks > detail::latest)
            return detail::latest;
        const std::uint64_t wait = ticks - into_;
        const std::uint64_t whole = wait >> shift_;
        return whole + (whole << shift_ != wait ? 1 : 0);
    }

    /// What is saved does not depend on the shift: time goes on from where it was, at another speed.
    template <class Archive>
    void state(Archive& archive) {
        archive.field("executed", passed_);
        archive.field("skipped", skipped_);
        if constexpr (Archive::loading) look();
    }

private:
    /// So many nanoseconds more, and no tick: what is asked for at each step of an instruction is not divided anew.
    bool in_this_tick(std::uint64_t more) const {
        return nanoseconds_per_tick_ == 0 || more < nanoseconds_per_tick_ - into_;
    }
    void look() {
        if (nanoseconds_per_tick_ != 0) {
            ticks_ = passed_ / nanoseconds_per_tick_;
            into_ = passed_ % nanoseconds_per_tick_;
        }
        wall_ = wall_at(now());
    }
    std::uint64_t wall_at(std::uint64_t tick) const {
        if (frequency_ == 0) return wall_start;
        return detail::add_times(wall_start,
                                 detail::change_unit(tick, frequency_, detail::nanoseconds_a_second));
    }
    std::uint64_t passed_after(std::uint64_t instructions) const {
        const bool fits = instructions <= detail::latest >> shift_;
        return detail::add_times(passed_, fits ? instructions << shift_ : detail::latest);
    }

    std::uint64_t frequency_;
    std::uint64_t nanoseconds_per_tick_;  // 0: there are no ticks
    unsigned shift_;
    std::uint64_t passed_ = 0;            // nanoseconds in which instructions were executed
    std::uint64_t skipped_ = 0;           // ticks in which none was
    std::uint64_t ticks_ = 0, into_ = 0;  // those that passed, and nanoseconds of the one that is passing
    static constexpr std::uint64_t wall_start = 1'577'836'800 * detail::nanoseconds_a_second;
    std::uint64_t wall_ = wall_start;
};

}  // namespace wirewrap
