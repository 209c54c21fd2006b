// What specialised handlers do. Arithmetic is that of instructions.hpp with other operands. Memory and control are written
// for the frequent case alone, so that a handler calls nothing: what is not RAM, not decoded or not affordable goes by the
// operation's own handler, which begins the instruction anew.
//
//     Operands at{live, 15, 14, indexed};
//     if (execute<Op::lw_4>(core, at) == Outcome::slow) …      // nothing has happened: the plain handler's turn
#pragma once

#include <cstdint>
#include <type_traits>

#include <wirewrap/base/endian.hpp>
#include <wirewrap/cpu/riscv/fast/operands.hpp>
#include <wirewrap/cpu/riscv/meaning.hpp>

namespace wirewrap::riscv::fast {

enum class Outcome : std::uint8_t {
    next,       // the cursor is at a slot that is paid for
    slow,       // nothing has happened
    exhausted,  // the cursor is at a slot that the budget did not reach over
};

#define WIREWRAP_INLINE [[gnu::always_inline]] inline

template <int L>
WIREWRAP_INLINE Outcome next(Live& at) {
    at.slot += L / 2;
    return Outcome::next;
}
WIREWRAP_INLINE Outcome arrive(Live& at) {
    at.budget -= at.slot->left;
    if (at.budget < 0) [[unlikely]]
        return Outcome::exhausted;
    return Outcome::next;
}

template <class T, int L, class C>
WIREWRAP_INLINE Outcome load(C& core, Operands& at) {
    const std::uint64_t address = at.rs1(core) + static_cast<std::uint64_t>(std::int64_t{at.slot->immediate});
    std::byte* host;
    if (!Instructions<C>::template host_memory<Access::load, T, false>(core, address, host)) [[unlikely]]
        return Outcome::slow;
    const auto value = Instructions<C>::Words::template read<std::make_unsigned_t<T>>(host);
    at.result(core, static_cast<std::uint64_t>(static_cast<T>(value)));
    return next<L>(at);
}
template <class T, int L, class C>
WIREWRAP_INLINE Outcome store(C& core, Operands& at) {
    const std::uint64_t address = at.rs1(core) + static_cast<std::uint64_t>(std::int64_t{at.slot->immediate});
    std::byte* host;
    if (!Instructions<C>::template host_memory<Access::store, T, false>(core, address, host)) [[unlikely]]
        return Outcome::slow;
    Instructions<C>::Words::write(core.bus, host, static_cast<T>(at.rs2(core)));
    return next<L>(at);
}

/// A jump inside the page. Its target comes from the slot, by a load on which the next slot depends, and so on around the
/// loop: five cycles and more that nothing else hides. A jump back to where the last one went takes the target from where
/// that was noted, after comparisons whose outcomes the host predicts, and the chain of loads is cut.
template <class C>
WIREWRAP_INLINE Outcome jump_near(C& core, Live& at) {
    const std::int32_t distance = at.slot->immediate;
    const Slot* target = reinterpret_cast<const Slot*>(reinterpret_cast<const char*>(at.slot) + distance);
    const Slot* last = core.last_loop;
    // The compiler shall not know that both are the same, nor select one without a branch.
    asm("" : "+r"(last));
    if (target == last) [[likely]] {
        at.slot = last;
    } else {
        asm volatile("" : "+r"(target));
        if (distance < 0) core.last_loop = target;
        at.slot = target;
    }
    return arrive(at);
}
template <class C>
WIREWRAP_INLINE Outcome jump_known(C& core, Live& at, std::uint64_t target) {
    const Slot* const slot = core.known(target);
    if (slot == nullptr) [[unlikely]]
        return Outcome::slow;
    at.slot = slot;
    return arrive(at);
}
template <int L, class C>
WIREWRAP_INLINE Outcome branch_near(C& core, Live& at, bool taken) {
    if (taken) return jump_near(core, at);
    at.slot += L / 2;
    return arrive(at);
}
template <int L, class C>
WIREWRAP_INLINE Outcome branch_far(C& core, Live& at, bool taken) {
    if (taken) return jump_known(core, at, Instructions<C>::relative(core, at));
    at.slot += L / 2;
    return arrive(at);
}

/// A jump with a link.
template <int L, class C>
WIREWRAP_INLINE Outcome call(C& core, Operands& at, std::uint64_t target) {
    const std::uint64_t link = core.pc_of(at.slot) + L;
    const Slot* const slot = core.known(target);
    if (slot == nullptr) [[unlikely]]
        return Outcome::slow;
    at.result(core, link);
    at.slot = slot;
    return arrive(at);
}

/// Executes the instruction at the cursor, whose operation is `O`.
template <Op O, class C>
WIREWRAP_INLINE Outcome execute(C& core, Operands& at) {
    using enum Op;
    using I = Instructions<C>;
    const auto s = [](std::uint64_t value) { return static_cast<std::int64_t>(value); };
    if constexpr (O == lb_4)
        return load<std::int8_t, 4>(core, at);
    else if constexpr (O == lbu_4)
        return load<std::uint8_t, 4>(core, at);
    else if constexpr (O == lh_4)
        return load<std::int16_t, 4>(core, at);
    else if constexpr (O == lhu_4)
        return load<std::uint16_t, 4>(core, at);
    else if constexpr (O == lw_4)
        return load<std::int32_t, 4>(core, at);
    else if constexpr (O == lw_2)
        return load<std::int32_t, 2>(core, at);
    else if constexpr (O == lwu_4)
        return load<std::uint32_t, 4>(core, at);
    else if constexpr (O == ld_4)
        return load<std::int64_t, 4>(core, at);
    else if constexpr (O == ld_2)
        return load<std::int64_t, 2>(core, at);
    else if constexpr (O == sb_4)
        return store<std::uint8_t, 4>(core, at);
    else if constexpr (O == sh_4)
        return store<std::uint16_t, 4>(core, at);
    else if constexpr (O == sw_4)
        return store<std::uint32_t, 4>(core, at);
    else if constexpr (O == sw_2)
        return store<std::uint32_t, 2>(core, at);
    else if constexpr (O == sd_4)
        return store<std::uint64_t, 4>(core, at);
    else if constexpr (O == sd_2)
        return store<std::uint64_t, 2>(core, at);
    else if constexpr (O == beq_near_2)
        return branch_near<2>(core, at, at.rs1(core) == at.rs2(core));
    else if constexpr (O == bne_near_2)
        return branch_near<2>(core, at, at.rs1(core) != at.rs2(core));
    else if constexpr (O == beq_near_4)
        return branch_near<4>(core, at, at.rs1(core) == at.rs2(core));
    else if constexpr (O == bne_near_4)
        return branch_near<4>(core, at, at.rs1(core) != at.rs2(core));
    else if constexpr (O == blt_near_4)
        return branch_near<4>(core, at, s(at.rs1(core)) < s(at.rs2(core)));
    else if constexpr (O == bge_near_4)
        return branch_near<4>(core, at, s(at.rs1(core)) >= s(at.rs2(core)));
    else if constexpr (O == bltu_near_4)
        return branch_near<4>(core, at, at.rs1(core) < at.rs2(core));
    else if constexpr (O == bgeu_near_4)
        return branch_near<4>(core, at, at.rs1(core) >= at.rs2(core));
    else if constexpr (O == beq_far_2)
        return branch_far<2>(core, at, at.rs1(core) == at.rs2(core));
    else if constexpr (O == bne_far_2)
        return branch_far<2>(core, at, at.rs1(core) != at.rs2(core));
    else if constexpr (O == beq_far_4)
        return branch_far<4>(core, at, at.rs1(core) == at.rs2(core));
    else if constexpr (O == bne_far_4)
        return branch_far<4>(core, at, at.rs1(core) != at.rs2(core));
    else if constexpr (O == blt_far_4)
        return branch_far<4>(core, at, s(at.rs1(core)) < s(at.rs2(core)));
    else if constexpr (O == bge_far_4)
        return branch_far<4>(core, at, s(at.rs1(core)) >= s(at.rs2(core)));
    else if constexpr (O == bltu_far_4)
        return branch_far<4>(core, at, at.rs1(core) < at.rs2(core));
    else if constexpr (O == bgeu_far_4)
        return branch_far<4>(core, at, at.rs1(core) >= at.rs2(core));
    else if constexpr (O == jump_near_2 || O == jump_near_4)
        return jump_near(core, at);
    else if constexpr (O == jump_far_2 || O == jump_far_4)
        return jump_known(core, at, I::relative(core, at));
    else if constexpr (O == jal_near_4) {
        at.result(core, core.pc_of(at.slot) + 4);
        return jump_near(core, at);
    } else if constexpr (O == jal_far_4)
        return call<4>(core, at, I::relative(core, at));
    else if constexpr (O == jalr_2)
        return call<2>(core, at, I::register_target(core, at));
    else if constexpr (O == jalr_4)
        return call<4>(core, at, I::register_target(core, at));
    else if constexpr (O == jump_register_2 || O == jump_register_4)
        return jump_known(core, at, I::register_target(core, at));
    else {
        Meaning<O>::run(core, at);
        return Outcome::next;
    }
}

#undef WIREWRAP_INLINE

}  // namespace wirewrap::riscv::fast
