// Taking a trap and returning from it: what happens to the status register, the cause registers, the
// privilege and the program counter. Everything here works on the registers alone.
//
//     Privileged p{csrs, Privilege::user};
//     std::uint64_t pc = p.take(Cause::ecall_from_user, 0, 0x8000'1000);   // at mtvec, or stvec if delegated
//     pc = p.leave_machine();                                                // mret: back at 0x80001000
#pragma once

#include <bit>
#include <cstdint>

#include <wirewrap/base/bus.hpp>
#include <wirewrap/cpu/riscv/csr.hpp>
#include <wirewrap/cpu/riscv/privilege.hpp>

namespace wirewrap::riscv {

/// The exception of a load or store that the bus refused.
constexpr Cause cause_of(const BusFault& fault) {
    const bool misaligned = fault.reason == FaultReason::misaligned;
    if (fault.access == Access::store)
        return misaligned ? Cause::store_address_misaligned : Cause::store_access_fault;
    return misaligned ? Cause::load_address_misaligned : Cause::load_access_fault;
}

struct Privileged {
    Csrs csrs;
    Privilege mode = Privilege::machine;

    /// Takes the exception `cause` of the instruction at `pc`; the answer is the handler's address.
    std::uint64_t take(Cause cause, std::uint64_t value, std::uint64_t pc) {
        const auto code = static_cast<std::uint64_t>(cause);
        const bool delegated = mode != Privilege::machine && ((csrs.medeleg >> code) & 1) != 0;
        return (delegated ? enter_supervisor(code, value, pc) : enter_machine(code, value, pc)) &
               ~std::uint64_t{3};
    }

    /// Takes the interrupt that has priority among the bits of `pending` (of mip), before the instruction at
    /// `pc`.
    std::uint64_t take_interrupt(std::uint64_t pending, std::uint64_t pc) {
        const std::uint64_t machine = pending & ~csrs.mideleg;
        const bool delegated = machine == 0;
        const std::uint64_t number = first_of(delegated ? pending : machine);
        const std::uint64_t cause = interrupt_cause_bit | number;
        const std::uint64_t vector = delegated ? enter_supervisor(cause, 0, pc) : enter_machine(cause, 0, pc);
        return (vector & ~std::uint64_t{3}) + ((vector & 1) != 0 ? 4 * number : 0);
    }

    /// Of the interrupts pending in mip, those that this mode takes now.
    std::uint64_t takeable(std::uint64_t mip) const {
        const std::uint64_t enabled = mip & csrs.mie;
        if (enabled == 0) return 0;
        std::uint64_t taken = 0;
        if (mode != Privilege::machine || (csrs.mstatus & status::mie) != 0) taken |= enabled & ~csrs.mideleg;
        if (mode == Privilege::user || (mode == Privilege::supervisor && (csrs.mstatus & status::sie) != 0))
            taken |= enabled & csrs.mideleg;
        return taken;
    }

    /// mret: the answer is where to go on.
    std::uint64_t leave_machine() {
        std::uint64_t& s = csrs.mstatus;
        mode = csrs.previous_machine();
        s = with(s, status::mie, (s & status::mpie) != 0) | status::mpie;
        s &= ~status::mpp;
        if (mode != Privilege::machine) s &= ~status::mprv;
        return csrs.mepc;
    }

    /// sret: the answer is where to go on.
    std::uint64_t leave_supervisor() {
        std::uint64_t& s = csrs.mstatus;
        mode = (s & status::spp) != 0 ? Privilege::supervisor : Privilege::user;
        s = with(s, status::sie, (s & status::spie) != 0) | status::spie;
        s &= ~(status::spp | status::mprv);
        return csrs.sepc;
    }

    /// The mode whose rights loads and stores have.
    Privilege data_mode() const {
        return mode == Privilege::machine && (csrs.mstatus & status::mprv) != 0 ? csrs.previous_machine()
                                                                                : mode;
    }

private:
    static constexpr std::uint64_t with(std::uint64_t value, std::uint64_t bits, bool set) {
        return set ? value | bits : value & ~bits;
    }

    /// External before software before timer, M before S.
    static std::uint64_t first_of(std::uint64_t pending) {
        using namespace interrupt;
        for (const std::uint64_t bit : {machine_external, machine_software, machine_timer,
                                        supervisor_external, supervisor_software, supervisor_timer})
            if ((pending & bit) != 0) return static_cast<std::uint64_t>(std::countr_zero(bit));
        return static_cast<std::uint64_t>(std::countr_zero(pending));
    }

    std::uint64_t enter_machine(std::uint64_t cause, std::uint64_t value, std::uint64_t pc) {
        std::uint64_t& s = csrs.mstatus;
        s = with(s, status::mpie, (s & status::mie) != 0) & ~(status::mie | status::mpp);
        s |= static_cast<std::uint64_t>(mode) << status::mpp_shift;
        csrs.mepc = pc;
        csrs.mcause = cause;
        csrs.mtval = value;
        mode = Privilege::machine;
        return csrs.mtvec;
    }

    std::uint64_t enter_supervisor(std::uint64_t cause, std::uint64_t value, std::uint64_t pc) {
        std::uint64_t& s = csrs.mstatus;
        s = with(s, status::spie, (s & status::sie) != 0) & ~status::sie;
        s = with(s, status::spp, mode == Privilege::supervisor);
        csrs.sepc = pc;
        csrs.scause = cause;
        csrs.stval = value;
        mode = Privilege::supervisor;
        return csrs.stvec;
    }
};

}  // namespace wirewrap::riscv
