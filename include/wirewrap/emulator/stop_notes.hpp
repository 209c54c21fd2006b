// What is noticed while a hart runs and ends the run behind it: the hart's own reasons, and accesses that somebody watches.
//
//     StopNotes notes;
//     notes.hart(result.reason, asked, hart.pc());        // a hart has come back
//     notes.access({Access::store, at(0x8000'1000), 4_B}, hart.pc());
//     if (notes.tell(stopped)) …                          // stopped.reason is StopReason::watchpoint
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <utility>

#include <wirewrap/emulator/stopped.hpp>

namespace wirewrap {

/// Where a hart is. One of one's own may not say so, and has no breakpoints then.
template <class Hart>
std::uint64_t pc_of(const Hart& hart) {
    if constexpr (requires { static_cast<std::uint64_t>(hart.pc()); })
        return static_cast<std::uint64_t>(hart.pc());
    else
        return 0;
}

class StopNotes {
public:
    /// A hart came back, `pc` is that of its next instruction; `asked`: the machine wants a stop. Whether there was a reason
    /// beside its budget and an idle guest.
    template <class Reason>
    bool hart(Reason reason, bool asked, std::uint64_t pc) {
        if constexpr (requires { Reason::stopped; }) {
            stopped_ = reason == Reason::stopped && !asked;
            asked = asked || reason == Reason::stopped;
        }
        if constexpr (requires { Reason::breakpoint; })
            if (reason == Reason::breakpoint) breakpoint_ = pc;
        return asked || breakpoint_.has_value();
    }
    /// Harts do not run for now: of the first `present`, the first that was asked to stop is answered for, and told. Which.
    std::optional<std::size_t> answer_for(auto& harts, std::size_t present) {
        if constexpr (requires { harts[0].answer_stop(); })
            for (std::size_t hart = 0; hart != present; ++hart)
                if (harts[hart].answer_stop()) {
                    stopped_ = true;
                    return hart;
                }
        return std::nullopt;
    }
    /// The first access of an instruction is the one that is told. Whether this is it.
    bool access(const SeenAccess& access, std::uint64_t pc) {
        if (seen_) return false;
        seen_ = {access, pc};
        return true;
    }
    /// A breakpoint is noted. An access is told instead of it.
    bool at_breakpoint() const { return breakpoint_.has_value(); }

    /// Tells and forgets what was noticed. Whether there was something.
    bool tell(Stopped& stopped) {
        const bool any = stopped_ || breakpoint_ || seen_;
        if (std::exchange(stopped_, false)) stopped.reason = StopReason::asked;
        if (const auto pc = std::exchange(breakpoint_, std::nullopt)) {
            stopped.reason = StopReason::breakpoint;
            stopped.pc = *pc;
        }
        if (const auto seen = std::exchange(seen_, std::nullopt)) {
            stopped.reason = StopReason::watchpoint;
            stopped.seen = seen->access;
            stopped.pc = seen->pc;
        }
        return any;
    }

private:
    struct Seen {
        SeenAccess access;
        std::uint64_t pc = 0;
    };

    bool stopped_ = false;
    std::optional<std::uint64_t> breakpoint_;
    std::optional<Seen> seen_;
};

}  // namespace wirewrap
