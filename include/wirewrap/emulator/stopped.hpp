// Why a run came back.
//
//     const Stopped stopped = emulator.run(console, 1'000'000);
//     if (stopped.reason == StopReason::finished) return stopped.finish->code;
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>

#include <wirewrap/base/bus.hpp>
#include <wirewrap/device/test_finisher.hpp>
#include <wirewrap/emulator/trap_loop.hpp>

namespace wirewrap {

enum class StopReason : std::uint8_t {
    limit,     // as many instructions as were asked for
    finished,  // the guest ended the run, or wants a reset: `finish`
    closed,    // the person at a console has left
    idle,  // all harts wait, and nothing is left that could wake one: no deadline, no alarm, nobody who types
    asked,       // `request_stop()` of the machine or of a hart, or a device that wants it
    trapping,    // a hart traps for ever: `trapping`. Only when the options ask for it
    breakpoint,  // `hart` is before an instruction at a breakpoint of its own: `pc`
    watchpoint,  // somebody who hears of accesses wants a stop behind this one: `seen`, by the instruction at `pc`
    asleep,  // all harts wait for a deadline or for somebody who types, or the guest for somebody who reads what it has
    // printed. Only `poll` says so; `run` sleeps
};

/// An access that ended a run, as who heard of it says (`Emulator::stop_behind`).
struct SeenAccess {
    Access access{};
    GuestAddress address;
    Bytes width{};
    std::size_t watchpoint = 0;  // which one, where there are several

    friend bool operator==(const SeenAccess&, const SeenAccess&) = default;
};

namespace detail {
/// No constant: an aggregate that begins as one is cleared whole by g++, as slowly as a hart executes ten instructions.
inline bool not_yet() { return false; }
}  // namespace detail

struct Stopped {
    std::optional<Finish> finish{};   // the guest ended the run, or wants a reset
    bool closed = detail::not_yet();  // a console was closed
    std::uint64_t executed = 0;       // instructions of this run, all harts
    StopReason reason = StopReason::limit;
    std::optional<TrapLoop> trapping{};  // a hart that traps for ever, whatever the reason
    std::uint64_t dropped = 0;  // bytes printed on ports without a console that had to give way to newer ones
    /// The hart that executed last; its `pc()` is that of the next instruction.
    std::size_t hart = 0;
    /// Of the instruction at the breakpoint, or of the one that made the access. What a device accesses by itself, when it
    /// is its time, has that of the next instruction.
    std::uint64_t pc = 0;
    std::optional<SeenAccess> seen{};
};

}  // namespace wirewrap
