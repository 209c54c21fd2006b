// Breakpoints for a hart that has none of its own: while some are set, it executes one instruction at a time and is looked at
// in between.
//
//     template <class Machine>
//     using Debuggable = debug::Stepped<MyCpu<Machine>>;
//     Emulator<MyMachine, Debuggable> emulator(machine);
//     emulator.hart(0).set_breakpoints(std::array{0x1000ull});
#pragma once

#include <algorithm>
#include <cstdint>
#include <span>
#include <type_traits>
#include <utility>
#include <vector>

#include <wirewrap/emulator/hart_check.hpp>

namespace wirewrap::debug {

template <class H>
class Stepped : public H {
    using Inner = wirewrap::check::RunResultOf<H>;

public:
    using H::H;

    enum class Exit : std::uint8_t { budget, waiting, stopped, breakpoint, paused };
    struct Result {
        std::uint64_t executed = 0;
        Exit reason = Exit::budget;
    };

    void set_breakpoints(std::span<const std::uint64_t> addresses) {
        addresses_.assign(addresses.begin(), addresses.end());
        std::ranges::sort(addresses_);
    }
    /// To be called when the hart was put elsewhere: a breakpoint that it came back at there is not the one here.
    void forget_stop() { told_ = false; }

    Result run(std::uint64_t limit) {
        return run_by(limit, [this](std::uint64_t n) { return H::run(n); });
    }
    Result run_on(std::uint64_t limit)
        requires(wirewrap::check::HasRunOn<H>)
    {
        return run_by(limit, [this](std::uint64_t n) { return H::run_on(n); });
    }

private:
    template <class Run>
    Result run_by(std::uint64_t limit, Run run) {
        if (addresses_.empty()) return translated(run(limit));
        Result all;
        while (all.executed < limit) {
            const auto pc = static_cast<std::uint64_t>(this->pc());
            const bool told = std::exchange(told_, false) && told_at_ == pc;
            if (!told && std::ranges::binary_search(addresses_, pc)) {
                told_ = true;
                told_at_ = pc;
                all.reason = Exit::breakpoint;
                return all;
            }
            const Result one = translated(run(1));
            all.executed += one.executed;
            all.reason = one.reason;
            if (one.executed == 0 || one.reason != Exit::budget) return all;
        }
        return all;
    }
    static Result translated(const Inner& result) {
        using Reason = std::remove_cvref_t<decltype(result.reason)>;
        Result own{result.executed, result.reason == Reason::waiting ? Exit::waiting : Exit::budget};
        if constexpr (requires { Reason::stopped; })
            if (result.reason == Reason::stopped) own.reason = Exit::stopped;
        if constexpr (requires { Reason::paused; })
            if (result.reason == Reason::paused) own.reason = Exit::paused;
        return own;
    }

    std::vector<std::uint64_t> addresses_;  // ascending
    std::uint64_t told_at_ = 0;
    bool told_ = false;  // it came back there, and has executed nothing since
};

}  // namespace wirewrap::debug
