// Where a machine looks for the time while harts run, so that time moves when the guest reads it and not only when somebody
// calls `set_time`.
//
//     TimeSource source{.of = &clock, .now = [](void* of, std::uint64_t executed) { … }, .wall = …};
//     machine.follow(source);           // until `machine.follow({})`
//
// The registers of a device that keeps time are accessed, or a hart reads its `time`: the machine asks the source first, with
// the number of instructions that the running hart has executed. The source is not part of the machine's state: a copy, a
// clone or a snapshot of the machine has none.
#pragma once

#include <cstdint>

#include <wirewrap/base/language.hpp>

namespace wirewrap {

struct TimeSource {
    void* of = nullptr;  // given to the functions
    /// Ticks of the platform's timer, `executed` instructions after the hart began to run; nullptr: there is no source.
    std::uint64_t (*now)(void* of, std::uint64_t executed) = nullptr;
    /// Nanoseconds since 1970-01-01 00:00 UTC.
    std::uint64_t (*wall)(void* of, std::uint64_t executed) = nullptr;
    /// Deadlines before this tick are not known to whoever runs the harts. A store that makes one, or sets an alarm, wants
    /// the harts to stop, so that they are looked at again; 0: it need not.
    std::uint64_t horizon = 0;

    explicit operator bool() const { return now != nullptr; }
    // Out of line: what is called by a pointer stays apart from the way to a device.
    [[gnu::noinline]] std::uint64_t ticks(std::uint64_t executed) const { return now(of, executed); }
    [[gnu::noinline]] std::uint64_t nanoseconds(std::uint64_t executed) const { return wall(of, executed); }
};

}  // namespace wirewrap
