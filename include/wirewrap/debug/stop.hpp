// Why a debugged machine stands still, and what a debugger asks of its harts.
#pragma once

#include <cstddef>
#include <cstdint>

#include <wirewrap/base/language.hpp>

namespace wirewrap::debug {

/// Kinds of breakpoints and watchpoints, as the protocol numbers them.
enum class PointKind : std::uint8_t { software, hardware, write, read, access };

struct DebugStop {
    enum class Reason : std::uint8_t {
        none,         // the guest has not stopped
        asleep,       // nor that, but all harts wait: somebody may sleep
        interrupted,  // somebody asked
        step,         // the instruction of a single step
        breakpoint,
        watchpoint,
        finished,  // the guest ended the run: `code`
        reset,     // the guest wants a reset, which was not done yet
        closed,    // the person at a console has left
        idle,      // nothing can ever happen any more
        begin,     // of what is recorded, going backwards
    };
    Reason reason = Reason::none;
    std::size_t hart = 0;
    PointKind kind{};            // of the breakpoint or watchpoint
    std::uint64_t address = 0;   // as it was asked for
    std::uint64_t pc = 0;        // of the instruction at the breakpoint, or that made the access
    std::size_t watchpoint = 0;  // that was hit, as the machine's policy numbers it
    std::uint8_t code = 0;

    bool ends() const { return reason != Reason::none && reason != Reason::asleep; }
};

/// What one hart is to do until the next stop.
enum class HartOrder : std::uint8_t { stay, go, step };

}  // namespace wirewrap::debug
