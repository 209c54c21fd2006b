// Where a machine's time comes from, in ticks of its timer.
//
//     HostClock clock(10'000'000);         // 10 MHz, as fast as the world outside
//     VirtualClock clock(10'000'000);      // counts instructions: every run is the same, and idle time takes none
#pragma once

#include <chrono>
#include <concepts>
#include <cstdint>

namespace wirewrap {

/// `now()` in ticks, `wall()` in nanoseconds since 1970-01-01 00:00 UTC, `executed(n)` hears of instructions, `until(t)` is how long the host should sleep to reach tick t,
/// and `idle(t)` that the guest has nothing to do before tick t.
template <class C>
concept Clock = requires(C& clock, const C& view, std::uint64_t n) {
    { view.now() } -> std::same_as<std::uint64_t>;
    { view.wall() } -> std::same_as<std::uint64_t>;
    { view.until(n) } -> std::same_as<std::chrono::nanoseconds>;
    clock.executed(n);
    clock.idle(n);
};

/// The host's monotonic clock.
class HostClock {
public:
    explicit HostClock(std::uint64_t ticks_per_second) : frequency_(ticks_per_second) {}

    std::uint64_t now() const {
        const std::chrono::nanoseconds passed = std::chrono::steady_clock::now() - start_;
        // Seconds and the rest apart: nanoseconds times the frequency would overflow within minutes.
        const auto count = static_cast<std::uint64_t>(passed.count());
        return first_ + count / per_second * frequency_ + count % per_second * frequency_ / per_second;
    }
    std::uint64_t wall() const {
        const std::chrono::nanoseconds passed = std::chrono::system_clock::now().time_since_epoch();
        return static_cast<std::uint64_t>(passed.count());
    }
    std::chrono::nanoseconds until(std::uint64_t tick) const {
        const std::uint64_t current = now();
        if (tick <= current) return std::chrono::nanoseconds{0};
        const std::uint64_t wait = tick - current;
        if (wait / frequency_ >= static_cast<std::uint64_t>(longest.count())) return longest;
        return std::chrono::nanoseconds{wait / frequency_ * per_second +
                                        wait % frequency_ * per_second / frequency_};
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
    static constexpr std::uint64_t per_second = 1'000'000'000;
    static constexpr std::chrono::seconds longest{3600};

    std::uint64_t frequency_;
    std::uint64_t first_ = 0;  // the tick at `start_`
    std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
};

/// Time by instructions, at 1,000,000,000 of them a second; an idle guest skips to its next deadline. On the wall it begins
/// on 2020-01-01, so that every run is the same.
class VirtualClock {
public:
    explicit VirtualClock(std::uint64_t ticks_per_second)
        : frequency_(ticks_per_second), instructions_per_tick_(1'000'000'000 / ticks_per_second) {
        if (instructions_per_tick_ == 0) instructions_per_tick_ = 1;
    }

    std::uint64_t now() const { return skipped_ + executed_ / instructions_per_tick_; }
    std::uint64_t wall() const {
        constexpr std::uint64_t start = 1'577'836'800, per_second = 1'000'000'000;
        return (start + now() / frequency_) * per_second + now() % frequency_ * per_second / frequency_;
    }
    std::chrono::nanoseconds until(std::uint64_t) const { return std::chrono::nanoseconds{0}; }
    void executed(std::uint64_t instructions) { executed_ += instructions; }
    void idle(std::uint64_t tick) {
        if (tick > now()) skipped_ += tick - now();
    }

    template <class Archive>
    void state(Archive& archive) {
        archive.field("executed", executed_);
        archive.field("skipped", skipped_);
    }

private:
    std::uint64_t frequency_;
    std::uint64_t instructions_per_tick_;
    std::uint64_t executed_ = 0;
    std::uint64_t skipped_ = 0;
};

}  // namespace wirewrap
