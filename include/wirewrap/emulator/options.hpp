// What is chosen of a loop that runs a machine.
#pragma once

#include <cstddef>
#include <cstdint>

#include <wirewrap/base/language.hpp>

namespace wirewrap {

struct EmulatorOptions {
    /// Instructions of one hart's turn, after which the world is looked at: typed and printed bytes, the other harts. The
    /// default is long enough that the loop costs nothing, short enough that nobody notices: about 40 microseconds. A hart in
    /// the firmware of an operating system may have a sixteenth more to leave it (docs/emulator.md).
    std::uint64_t slice = 20'000;
    /// Come back once when a hart is found to trap for ever.
    bool stop_at_trap_loop = false;
    /// On a clock that goes by instructions any amount of time passes at once: a machine is idle when so many deadlines in a row have
    /// let no hart execute anything, and nobody types. A timer that comes again and again may wake nobody.
    std::uint64_t vain_deadlines = std::uint64_t{1} << 22;
    /// Of the board's harts, the first so many are there: the others execute nothing. 0, or more than the board has: all.
    std::size_t harts = 0;
};

}  // namespace wirewrap
