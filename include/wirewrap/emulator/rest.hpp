// How the host sleeps while a guest has nothing to do: at its consoles, and by itself where they do not sleep.
//
//     Rest rest;
//     rest.sleep(time, each_console);       // returns when a byte may be there, or `time` is over, or a little earlier
//     rest.something_happened();            // a byte came, a hart ran
#pragma once

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <thread>

#include <wirewrap/emulator/any_console.hpp>

namespace wirewrap {

class Rest {
public:
    /// One sleep: somebody else may end the run, and whether a person has left is looked at between two.
    static constexpr std::chrono::nanoseconds longest = std::chrono::milliseconds(100);

    void something_happened() { nap_ = std::chrono::nanoseconds{0}; }

    /// `each(visit)` calls `visit(console)` for each connected console.
    template <class EachConsole>
    void sleep(std::chrono::nanoseconds time, EachConsole each) {
        using Time = std::chrono::steady_clock;
        time = std::clamp(time, std::chrono::nanoseconds{0}, longest);
        std::size_t typists = 0, consoles = 0, full = 0;
        each([&](AnyConsole& console) { typists += !console.ended(), ++consoles, full += console.full(); });
        if (full != 0)
            return each([&](AnyConsole& console) {
                if (console.full()) console.wait(consoles > 1 ? std::min(time, longest_turn) : time);
            });
        const auto start = Time::now();
        // Where several may type, none keeps the others waiting for long. Where none does, one is enough to sleep at.
        const auto turn = typists > 1 ? std::min(time / static_cast<std::int64_t>(typists), longest_turn)
                                      : time;
        each([&](AnyConsole& console) {
            if (typists == 0 ? consoles-- == 1 : !console.ended()) console.wait(turn);
        });
        const std::chrono::nanoseconds wanted = typists > 1 ? turn * static_cast<std::int64_t>(typists)
                                                            : time;
        const std::chrono::nanoseconds left = wanted - (Time::now() - start);
        if (left <= std::chrono::nanoseconds{0}) return;
        if (typists == 0) return std::this_thread::sleep_for(left);
        // Back early: there is a byte, or the console does not sleep. When nothing comes of it, it is the second.
        if (nap_.count() != 0) std::this_thread::sleep_for(std::min(left, nap_));
        nap_ = std::clamp(nap_ * 2, shortest_nap, longest_nap);
    }

private:
    static constexpr std::chrono::nanoseconds longest_turn = std::chrono::milliseconds(5);
    static constexpr std::chrono::nanoseconds shortest_nap = std::chrono::microseconds(50),
                                              longest_nap = std::chrono::milliseconds(10);

    std::chrono::nanoseconds nap_{0};  // the next one
};

}  // namespace wirewrap
