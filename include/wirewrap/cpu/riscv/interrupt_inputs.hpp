// What interrupts a hart from outside of its instructions: the lines that devices drive and, of a hart with Sstc, its own timer,
// which raises STIP while `time` has come to stimecmp.
//
//     InterruptInputs<Bus, true> inputs(bus, 0);
//     csrs.write(csr::stimecmp, 1000, now), inputs.timer_set(csrs);
//     inputs.look_at_timer(csrs);                       // what time is it?
//     inputs.pending(csrs);                             // mip
//
// A look at the time may be one at the host's clock, which is too much for every instruction that touches sstatus: the timer's
// level is kept from one look to the next.
#pragma once

#include <cstdint>

#include <wirewrap/base/bus.hpp>
#include <wirewrap/cpu/riscv/csr.hpp>

namespace wirewrap::riscv {

template <HartBus Bus, bool HasTimer>
class InterruptInputs {
public:
    /// The bus must outlive it.
    InterruptInputs(Bus& bus, std::uint64_t hart) : bus_(bus), hart_(hart) {}

    /// The number of the hart.
    std::uint64_t hart() const { return hart_; }

    /// mip, with the timer as it was looked at last.
    std::uint64_t pending(const Csrs& csrs) const {
        const std::uint64_t driven = bus_.interrupt_lines(hart_);
        if constexpr (HasTimer) return csrs.pending(driven | timer_);
        return csrs.pending(driven);
    }
    /// What is driven from outside, with the timer as it is now.
    std::uint64_t lines(const Csrs& csrs) const { return bus_.interrupt_lines(hart_) | timer(csrs); }

    void look_at_timer(const Csrs& csrs) {
        if constexpr (HasTimer) timer_ = timer(csrs);
    }
    /// Ticks until the timer is up; all ones: it is up, or none is set.
    std::uint64_t ticks_to_timer(const Csrs& csrs) const
        requires(HasTimer)
    {
        if (!csrs.timer_on() || csrs.stimecmp == never) return never;
        const std::uint64_t time = bus_.time();
        return time < csrs.stimecmp ? csrs.stimecmp - time : never;
    }
    /// To be called when the running hart has set it: whoever goes by deadlines may not know of this one.
    void timer_set(const Csrs& csrs) {
        look_at_timer(csrs);
        if constexpr (HasTimer && HearsOfDeadlines<Bus>)
            if (const std::uint64_t ticks = ticks_to_timer(csrs); ticks != never) bus_.deadline_in(ticks);
    }

private:
    static constexpr std::uint64_t never = ~std::uint64_t{0};

    std::uint64_t timer(const Csrs& csrs) const {
        if constexpr (HasTimer)
            if (csrs.timer_on()) return csrs.timer_interrupt(bus_.time());
        return 0;
    }

    Bus& bus_;
    std::uint64_t hart_;
    std::uint64_t timer_ = 0;  // its bit of mip
};

}  // namespace wirewrap::riscv
