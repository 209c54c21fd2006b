// Instructions that are calls of the hart's core: CSRs, traps and returns from them, fences of code and of page tables. Each
// answers with the slot that comes next, which leaves the loop where it must.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>

#include <wirewrap/cpu/riscv/code_page.hpp>
#include <wirewrap/cpu/riscv/core.hpp>
#include <wirewrap/cpu/riscv/csr.hpp>
#include <wirewrap/cpu/riscv/trap.hpp>

namespace wirewrap::riscv {

enum class CsrAction : std::uint8_t { write, set, clear };

/// What the CSRs of a hart ask of the world.
template <class C>
struct Now {
    const C& core;
    std::uint64_t retired_now;
    std::uint64_t time() const { return core.bus.time(); }
    std::uint64_t retired() const { return retired_now; }
    std::uint64_t interrupt_lines() const { return core.inputs.lines(core.privileged.csrs); }
};

template <class C>
struct SystemInstructions {
    /// The six CSR instructions; `operand` is rs1 or its number.
    [[gnu::noinline]] static const Slot* csr(C& core, const Slot* slot, std::int64_t now, CsrAction action,
                                             std::uint64_t operand) {
        const auto number = static_cast<std::uint16_t>(static_cast<std::uint32_t>(slot->immediate) >> 20);
        const bool writes = action == CsrAction::write || slot->rs1 != 0;
        Csrs& csrs = core.privileged.csrs;
        const Now<C> view{core, core.retired + static_cast<std::uint64_t>(core.quantum - now) - 1};
        core.tell_progress(now + 1);
        if (!csrs.accessible(number, writes, core.privileged.mode)) return core.illegal(slot, now);
        const std::optional<std::uint64_t> old = csrs.read(number, view);
        if (!old) return core.illegal(slot, now);
        CsrEffect effect = CsrEffect::none;
        if (writes) {
            std::uint64_t value = operand;
            if (action != CsrAction::write) {
                const std::uint64_t start = *csrs.read_to_modify(number, view);
                value = action == CsrAction::set ? start | operand : start & ~operand;
            }
            effect = csrs.write(number, value, view);
        }
        core.x[slot->rd] = *old;
        if (effect == CsrEffect::none) return slot + 2;
        if (effect == CsrEffect::protection) core.protection_changed();
        if (effect == CsrEffect::translation) core.translation_changed();
        if (effect == CsrEffect::rights) core.mode_changed();
        if (effect == CsrEffect::timer) core.inputs.timer_set(csrs);
        // Code that is decoded for a hart without translation is so for what loads and stores may do.
        const bool leaves = C::translates ? effect == CsrEffect::protection ||
                                                effect == CsrEffect::translation || effect == CsrEffect::timer
                                          : effect != CsrEffect::interrupts;
        if (leaves || core.privileged.takeable(core.pending()) != 0)
            return core.stop_at(core.pc_of(slot) + 4, now);
        return slot + 2;
    }

    [[gnu::noinline, gnu::cold]] static const Slot* environment_call(C& core, const Slot* slot,
                                                                     std::int64_t now) {
        constexpr Cause causes[] = {Cause::ecall_from_user, Cause::ecall_from_supervisor,
                                    Cause::illegal_instruction, Cause::ecall_from_machine};
        return core.trap(slot, now, causes[static_cast<std::size_t>(core.privileged.mode)], 0);
    }
    static const Slot* breakpoint(C& core, const Slot* slot, std::int64_t now) {
        return core.trap(slot, now, Cause::breakpoint, 0);
    }

    [[gnu::noinline, gnu::cold]] static const Slot* machine_return(C& core, const Slot* slot,
                                                                   std::int64_t now) {
        if (core.privileged.mode != Privilege::machine) return core.illegal(slot, now);
        const std::uint64_t next = core.privileged.leave_machine();
        core.context_switched();
        return core.stop_at(next, now);
    }

    [[gnu::noinline, gnu::cold]] static const Slot* supervisor_return(C& core, const Slot* slot,
                                                                      std::int64_t now) {
        if (core.privileged.mode == Privilege::user || core.supervisor_trapped(status::tsr))
            return core.illegal(slot, now);
        const std::uint64_t next = core.privileged.leave_supervisor();
        core.context_switched();
        return core.stop_at(next, now);
    }

    [[gnu::noinline, gnu::cold]] static const Slot* wait_for_interrupt(C& core, const Slot* slot,
                                                                       std::int64_t now) {
        if (core.privileged.mode == Privilege::user || core.supervisor_trapped(status::tw))
            return core.illegal(slot, now);
        const std::uint64_t pending = core.pending();
        core.waiting = (pending & core.privileged.csrs.mie) == 0;
        // One that does not wait, and is not followed by a trap, is how a hart polls for another one.
        core.paused = !core.waiting && core.privileged.takeable(pending) == 0;
        return core.stop_at(core.pc_of(slot) + 4, now);
    }

    /// The hart waits for another one, which may have its turn now.
    [[gnu::noinline]] static const Slot* pause(C& core, const Slot* slot, std::int64_t now) {
        core.paused = true;
        return core.stop_at(core.pc_of(slot) + 4, now);
    }

    [[gnu::noinline, gnu::cold]] static const Slot* translation_fence(C& core, const Slot* slot,
                                                                      std::int64_t now) {
        if (core.privileged.mode == Privilege::user || core.supervisor_trapped(status::tvm))
            return core.illegal(slot, now);
        if constexpr (C::translates) {
            const std::uint64_t address = core.x[slot->rs1], asid = core.x[slot->rs2];
            // Of other address spaces nothing is remembered; what all have in common need not be forgotten.
            const bool other = slot->rs2 != 0 && ((asid ^ core.privileged.csrs.satp >> 44) & 0xffff) != 0;
            if (slot->rs1 == 0 || !core.translation_of_page(address)) {
                if (!other) core.translation_changed();
            } else if (!other) {
                core.forget_translation(address);
            }
        } else {
            core.forget_entries();
        }
        return core.stop_at(core.pc_of(slot) + 4, now);
    }

    [[gnu::noinline, gnu::cold]] static const Slot* instruction_fence(C& core, const Slot* slot,
                                                                      std::int64_t now) {
        core.instruction_fence();
        return core.stop_at(core.pc_of(slot) + 4, now);
    }
};

}  // namespace wirewrap::riscv
