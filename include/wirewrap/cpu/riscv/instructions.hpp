// What each operation does, once, for every dispatch shell: a function named like the operation, with the
// length of its encoding as template argument. It finds its operands in the slot and moves the cursor on.
//
//     template <int L>
//     static void add(C& core, auto& at) {
//         result(core, at, rs1(core, at) + rs2(core, at));
//         next<L>(at);
//     }
//
// An operation that ends a run pays for the next one on arrival (`arrive`); one that cannot go on asks the
// core, which answers with the slot that leaves the loop.
#pragma once

#include <algorithm>
#include <atomic>
#include <cstdint>
#include <limits>
#include <type_traits>
#include <utility>

#include <wirewrap/cpu/riscv/core.hpp>
#include <wirewrap/cpu/riscv/floating.hpp>
#include <wirewrap/cpu/riscv/integer.hpp>
#include <wirewrap/cpu/riscv/shared_memory.hpp>
#include <wirewrap/cpu/riscv/slow_access.hpp>
#include <wirewrap/cpu/riscv/system_instructions.hpp>

namespace wirewrap::riscv {

template <class C>
struct Instructions {
#define WIREWRAP_INLINE [[gnu::always_inline]] static inline
    using u64 = std::uint64_t;
    using i64 = std::int64_t;
    using u32 = std::uint32_t;
    using i32 = std::int32_t;
    using Bus = std::remove_cvref_t<decltype(std::declval<C&>().bus)>;
    using Words = Memory<Bus>;

    // ---- operands
    // ---------------------------------------------------------------------------------------------------

    // A cursor that knows more of its operands than the slot's numbers answers by itself (fast/operands.hpp).
    WIREWRAP_INLINE u64 rs1(const C& core, const auto& at) {
        if constexpr (requires { at.rs1(core); })
            return at.rs1(core);
        else
            return core.x[at.slot->rs1];
    }
    WIREWRAP_INLINE u64 rs2(const C& core, const auto& at) {
        if constexpr (requires { at.rs2(core); })
            return at.rs2(core);
        else
            return core.x[at.slot->rs2];
    }
    WIREWRAP_INLINE i64 immediate(const auto& at) { return at.slot->immediate; }
    WIREWRAP_INLINE void result(C& core, auto& at, u64 value) {
        if constexpr (requires { at.result(core, value); })
            at.result(core, value);
        else
            core.x[at.slot->rd] = value;
    }
    /// 32-bit results are sign-extended.
    WIREWRAP_INLINE u64 word(u64 value) { return static_cast<u64>(i64{static_cast<i32>(value)}); }

    template <int L>
    WIREWRAP_INLINE void next(auto& at) {
        at.slot += L / 2;
    }
    /// Pays for the run at the cursor, which control has just reached.
    WIREWRAP_INLINE void arrive(C& core, auto& at) {
        at.budget -= at.slot->left;
        if (at.budget < 0) [[unlikely]]
            at.slot = core.out_of_budget(at.slot, at.budget);
    }
    template <int L, class F>
    WIREWRAP_INLINE void binary(C& core, auto& at, F f) {
        result(core, at, f(rs1(core, at), rs2(core, at)));
        next<L>(at);
    }
    template <int L, class F>
    WIREWRAP_INLINE void with_immediate(C& core, auto& at, F f) {
        result(core, at, f(rs1(core, at), immediate(at)));
        next<L>(at);
    }

    // ---- slots that are not instructions
    // ----------------------------------------------------------------------------

    template <int>
    WIREWRAP_INLINE void undecoded(C& core, auto& at) {
        core.decode_at(at.slot);
        arrive(core, at);
    }
    template <int>
    WIREWRAP_INLINE void single_step(C& core, auto& at) {
        at.slot = core.single_step(core.pc_of(at.slot), at.budget);
        arrive(core, at);
    }
    template <int>
    WIREWRAP_INLINE void page_end(C& core, auto& at) {
        if (at.budget <= 0) return void(at.slot = core.stop_at(core.pc_of(at.slot), at.budget));
        at.slot = core.enter(core.pc_of(at.slot), at.budget);
        arrive(core, at);
    }
    template <int>
    WIREWRAP_INLINE void fetch_fault(C& core, auto& at) {
        at.slot = core.trap(at.slot, at.budget, Cause::instruction_access_fault, core.pc_of(at.slot));
    }
    template <int>
    WIREWRAP_INLINE void region(C& core, auto& at) {
        at = core.regions.enter(core, at);
        arrive(core, at);
    }
    template <int>
    WIREWRAP_INLINE void illegal(C& core, auto& at) {
        at.slot = core.illegal(at.slot, at.budget);
    }

    // ---- registers and immediates
    // -----------------------------------------------------------------------------------

#define WIREWRAP_BINARY(name, expression)                                                                    \
    template <int L>                                                                                         \
    WIREWRAP_INLINE void name(C& core, auto& at) {                                                           \
        binary<L>(core, at, [](u64 a, u64 b) -> u64 { return expression; });                                 \
    }
#define WIREWRAP_IMMEDIATE(name, expression)                                                                 \
    template <int L>                                                                                         \
    WIREWRAP_INLINE void name(C& core, auto& at) {                                                           \
        with_immediate<L>(core, at, [](u64 a, i64 b) -> u64 { return expression; });                         \
    }
    // The table: one line for each, which the functions around it would hide. clang-format takes a & b for a
    // reference.
    // clang-format off
    WIREWRAP_IMMEDIATE(addi, a + static_cast<u64>(b))
    WIREWRAP_IMMEDIATE(andi, a & static_cast<u64>(b))
    WIREWRAP_IMMEDIATE(ori, a | static_cast<u64>(b))
    WIREWRAP_IMMEDIATE(xori, a ^ static_cast<u64>(b))
    WIREWRAP_IMMEDIATE(slti, static_cast<i64>(a) < b)
    WIREWRAP_IMMEDIATE(sltiu, a < static_cast<u64>(b))
    WIREWRAP_IMMEDIATE(slli, a << (b & 63))
    WIREWRAP_IMMEDIATE(srli, a >> (b & 63))
    WIREWRAP_IMMEDIATE(srai, static_cast<u64>(static_cast<i64>(a) >> (b & 63)))
    WIREWRAP_IMMEDIATE(addiw, word(a + static_cast<u64>(b)))
    WIREWRAP_IMMEDIATE(slliw, word(a << (b & 31)))
    WIREWRAP_IMMEDIATE(srliw, word(static_cast<u32>(a) >> (b & 31)))
    WIREWRAP_IMMEDIATE(sraiw, word(static_cast<u64>(static_cast<i64>(static_cast<i32>(a) >> (b & 31)))))

    WIREWRAP_BINARY(add, a + b)
    WIREWRAP_BINARY(sub, a - b)
    WIREWRAP_BINARY(xor_, a ^ b)
    WIREWRAP_BINARY(or_, a | b)
    WIREWRAP_BINARY(and_, a & b)
    WIREWRAP_BINARY(sll, a << (b & 63))
    WIREWRAP_BINARY(srl, a >> (b & 63))
    WIREWRAP_BINARY(sra, static_cast<u64>(static_cast<i64>(a) >> (b & 63)))
    WIREWRAP_BINARY(slt, static_cast<i64>(a) < static_cast<i64>(b))
    WIREWRAP_BINARY(sltu, a < b)
    WIREWRAP_BINARY(addw, word(a + b))
    WIREWRAP_BINARY(subw, word(a - b))
    WIREWRAP_BINARY(sllw, word(a << (b & 31)))
    WIREWRAP_BINARY(srlw, word(static_cast<u32>(a) >> (b & 31)))
    WIREWRAP_BINARY(sraw, word(static_cast<u64>(static_cast<i64>(static_cast<i32>(a) >> (b & 31)))))

    WIREWRAP_BINARY(mul, a * b)
    WIREWRAP_BINARY(mulw, word(a * b))
    WIREWRAP_BINARY(mulh, static_cast<u64>((i128{static_cast<i64>(a)} * static_cast<i64>(b)) >> 64))
    WIREWRAP_BINARY(mulhsu, static_cast<u64>((i128{static_cast<i64>(a)} * static_cast<i128>(b)) >> 64))
    WIREWRAP_BINARY(mulhu, static_cast<u64>((u128{a} * b) >> 64))
    WIREWRAP_BINARY(div, quotient(static_cast<i64>(a), static_cast<i64>(b)))
    WIREWRAP_BINARY(divu, quotient(a, b))
    WIREWRAP_BINARY(rem, remainder(static_cast<i64>(a), static_cast<i64>(b)))
    WIREWRAP_BINARY(remu, remainder(a, b))
    WIREWRAP_BINARY(divw, word(quotient(static_cast<i32>(a), static_cast<i32>(b))))
    WIREWRAP_BINARY(divuw, word(quotient(static_cast<u32>(a), static_cast<u32>(b))))
    WIREWRAP_BINARY(remw, word(remainder(static_cast<i32>(a), static_cast<i32>(b))))
    WIREWRAP_BINARY(remuw, word(remainder(static_cast<u32>(a), static_cast<u32>(b))))
    // clang-format on
#undef WIREWRAP_BINARY
#undef WIREWRAP_IMMEDIATE

    // Zba, Zbb and Zbs, which are decoded only where the hart has them.
#define WIREWRAP_BITS(name) WIREWRAP_BITS_FROM(name, rs2(core, at))
#define WIREWRAP_BITS_SHIFT(name) WIREWRAP_BITS_FROM(name, static_cast<u64>(immediate(at)))
#define WIREWRAP_BITS_FROM(name, operand)                                                                    \
    template <int L>                                                                                         \
    WIREWRAP_INLINE void name(C& core, auto& at) {                                                           \
        if constexpr (C::extensions.bits) {                                                                  \
            result(core, at, bits::name(rs1(core, at), operand));                                            \
            next<L>(at);                                                                                     \
        } else {                                                                                             \
            illegal<L>(core, at);                                                                            \
        }                                                                                                    \
    }
    WIREWRAP_RISCV_BIT_OPERATIONS(WIREWRAP_BITS, WIREWRAP_BITS_SHIFT)
#undef WIREWRAP_BITS
#undef WIREWRAP_BITS_SHIFT
#undef WIREWRAP_BITS_FROM

    template <int L>
    WIREWRAP_INLINE void load_immediate(C& core, auto& at) {
        result(core, at, static_cast<u64>(immediate(at)));
        next<L>(at);
    }
    template <int L>
    WIREWRAP_INLINE void move(C& core, auto& at) {
        result(core, at, rs2(core, at));
        next<L>(at);
    }
    template <int L>
    WIREWRAP_INLINE void auipc(C& core, auto& at) {
        result(core, at, core.pc_of(at.slot) + static_cast<u64>(immediate(at)));
        next<L>(at);
    }

    // ---- branches and jumps
    // -----------------------------------------------------------------------------------------

    WIREWRAP_INLINE void jump_to_near(C& core, auto& at) {
        at.slot = reinterpret_cast<const Slot*>(reinterpret_cast<const char*>(at.slot) + at.slot->immediate);
        arrive(core, at);
    }
    WIREWRAP_INLINE void jump_to(C& core, auto& at, u64 target) {
        at.slot = core.enter(target, at.budget);
        arrive(core, at);
    }
    WIREWRAP_INLINE u64 relative(const C& core, const auto& at) {
        return core.pc_of(at.slot) + static_cast<u64>(immediate(at));
    }
    template <int L>
    WIREWRAP_INLINE void branch_near(C& core, auto& at, bool taken) {
        if (taken) return jump_to_near(core, at);
        next<L>(at);
        arrive(core, at);
    }
    template <int L>
    WIREWRAP_INLINE void branch_far(C& core, auto& at, bool taken) {
        if (taken) return jump_to(core, at, relative(core, at));
        next<L>(at);
        arrive(core, at);
    }
#define WIREWRAP_BRANCH(name, expression)                                                                    \
    template <int L>                                                                                         \
    WIREWRAP_INLINE void name##_near(C& core, auto& at) {                                                    \
        const u64 a = rs1(core, at), b = rs2(core, at);                                                      \
        branch_near<L>(core, at, expression);                                                                \
    }                                                                                                        \
    template <int L>                                                                                         \
    WIREWRAP_INLINE void name##_far(C& core, auto& at) {                                                     \
        const u64 a = rs1(core, at), b = rs2(core, at);                                                      \
        branch_far<L>(core, at, expression);                                                                 \
    }
    WIREWRAP_BRANCH(beq, a == b)
    WIREWRAP_BRANCH(bne, a != b)
    WIREWRAP_BRANCH(blt, static_cast<i64>(a) < static_cast<i64>(b))
    WIREWRAP_BRANCH(bge, static_cast<i64>(a) >= static_cast<i64>(b))
    WIREWRAP_BRANCH(bltu, a < b)
    WIREWRAP_BRANCH(bgeu, a >= b)
#undef WIREWRAP_BRANCH

    template <int>
    WIREWRAP_INLINE void jump_near(C& core, auto& at) {
        jump_to_near(core, at);
    }
    template <int>
    WIREWRAP_INLINE void jump_far(C& core, auto& at) {
        jump_to(core, at, relative(core, at));
    }
    template <int L>
    WIREWRAP_INLINE void jal_near(C& core, auto& at) {
        result(core, at, core.pc_of(at.slot) + L);
        jump_to_near(core, at);
    }
    template <int L>
    WIREWRAP_INLINE void jal_far(C& core, auto& at) {
        const u64 target = relative(core, at);
        result(core, at, core.pc_of(at.slot) + L);
        jump_to(core, at, target);
    }
    WIREWRAP_INLINE u64 register_target(const C& core, const auto& at) {
        return (rs1(core, at) + static_cast<u64>(immediate(at))) & ~u64{1};
    }
    template <int L>
    WIREWRAP_INLINE void jalr(C& core, auto& at) {
        const u64 target = register_target(core, at);
        result(core, at, core.pc_of(at.slot) + L);
        jump_to(core, at, target);
    }
    template <int>
    WIREWRAP_INLINE void jump_register(C& core, auto& at) {
        jump_to(core, at, register_target(core, at));
    }

    // ---- memory
    // -----------------------------------------------------------------------------------------------------

    // What lies in RAM that the hart may access by itself is done here; the rest is `SlowAccess`'s. A core that is not the
    // hart itself (fused/local_core.hpp) has a `bus` that refuses the rest.

    /// T is the type in memory; a signed one is sign-extended.
    template <class T, int L, bool Checked>
    WIREWRAP_INLINE void load(C& core, auto& at) {
        using Bits = std::make_unsigned_t<T>;
        const u64 address = rs1(core, at) + static_cast<u64>(immediate(at));
        if constexpr (requires { C::refuses; }) {
            const auto value = core.bus.template load<Bits>(GuestAddress{address});
            if (!value) [[unlikely]]
                return core.refuse();
            result(core, at, static_cast<u64>(static_cast<T>(*value)));
            next<L>(at);
        } else {
            std::byte* host;
            if (host_memory<Access::load, T, Checked>(core, address, host)) [[likely]] {
                result(core, at, static_cast<u64>(static_cast<T>(Words::template read<Bits>(host))));
                return next<L>(at);
            }
            at.slot = SlowAccess<C>::template load<T>(core, at.slot, at.budget, address, L);
        }
    }
    template <class T, int L, bool Checked>
    WIREWRAP_INLINE void store(C& core, auto& at) {
        const u64 address = rs1(core, at) + static_cast<u64>(immediate(at));
        const T value = static_cast<T>(rs2(core, at));
        if constexpr (requires { C::refuses; }) {
            if (!core.bus.template store<T>(GuestAddress{address}, value)) [[unlikely]]
                return core.refuse();
            next<L>(at);
        } else {
            std::byte* host;
            if (host_memory<Access::store, T, Checked>(core, address, host)) [[likely]] {
                Words::write(core.bus, host, value);
                return next<L>(at);
            }
            at.slot = SlowAccess<C>::template store<T>(core, at.slot, at.budget, address, value, L);
        }
    }
    /// Where an access goes that need ask nobody.
    template <Access Kind, class T, bool Checked>
    WIREWRAP_INLINE bool host_memory(C& core, u64 address, std::byte*& host) {
        if constexpr (C::translates) {
            return core.translation.cache.template hit<Kind>(address, sizeof(T), host);
        } else {
            const auto& memory = Checked ? core.open_direct : core.direct;
            const u64 offset = address - memory.base;
            if (offset >= memory.reach) return false;
            host = memory.memory + offset;
            return true;
        }
    }
#define WIREWRAP_MEMORY(name, access, type)                                                                  \
    template <int L>                                                                                         \
    WIREWRAP_INLINE void name(C& core, auto& at) {                                                           \
        access<type, L, false>(core, at);                                                                    \
    }                                                                                                        \
    template <int L>                                                                                         \
    WIREWRAP_INLINE void name##_checked(C& core, auto& at) {                                                 \
        access<type, L, true>(core, at);                                                                     \
    }
    WIREWRAP_MEMORY(lb, load, std::int8_t)
    WIREWRAP_MEMORY(lbu, load, std::uint8_t)
    WIREWRAP_MEMORY(lh, load, std::int16_t)
    WIREWRAP_MEMORY(lhu, load, std::uint16_t)
    WIREWRAP_MEMORY(lw, load, std::int32_t)
    WIREWRAP_MEMORY(lwu, load, std::uint32_t)
    WIREWRAP_MEMORY(ld, load, std::int64_t)
    WIREWRAP_MEMORY(sb, store, std::uint8_t)
    WIREWRAP_MEMORY(sh, store, std::uint16_t)
    WIREWRAP_MEMORY(sw, store, std::uint32_t)
    WIREWRAP_MEMORY(sd, store, std::uint64_t)
#undef WIREWRAP_MEMORY

    // ---- F and D: the registers and what they need of a hart are there only where it has them

    /// T is the unsigned type in memory.
    template <class T, int L>
    WIREWRAP_INLINE void load_float(C& core, auto& at) {
        if constexpr (C::extensions.floating) {
            if (!core.privileged.csrs.floating_on()) [[unlikely]]
                return void(at.slot = core.illegal_in_code(at.slot, at.budget));
            const u64 address = rs1(core, at) + static_cast<u64>(immediate(at));
            std::byte* host;
            if (host_memory<Access::load, T, true>(core, address, host)) [[likely]] {
                core.floats[at.slot->rd] = Floating<C>::boxed(Words::template read<T>(host));
                core.privileged.csrs.touch_floating();
                return next<L>(at);
            }
            at.slot = SlowAccess<C>::template load<T, Into::f>(core, at.slot, at.budget, address, L);
        } else {
            at.slot = core.illegal(at.slot, at.budget);
        }
    }
    template <class T, int L>
    WIREWRAP_INLINE void store_float(C& core, auto& at) {
        if constexpr (C::extensions.floating) {
            if (!core.privileged.csrs.floating_on()) [[unlikely]]
                return void(at.slot = core.illegal_in_code(at.slot, at.budget));
            const u64 address = rs1(core, at) + static_cast<u64>(immediate(at));
            const T value = static_cast<T>(core.floats[at.slot->rs2]);
            std::byte* host;
            if (host_memory<Access::store, T, true>(core, address, host)) [[likely]] {
                Words::write(core.bus, host, value);
                return next<L>(at);
            }
            at.slot = SlowAccess<C>::template store<T>(core, at.slot, at.budget, address, value, L);
        } else {
            at.slot = core.illegal(at.slot, at.budget);
        }
    }
    template <int L>
    WIREWRAP_INLINE void flw(C& core, auto& at) {
        load_float<u32, L>(core, at);
    }
    template <int L>
    WIREWRAP_INLINE void fld(C& core, auto& at) {
        load_float<u64, L>(core, at);
    }
    template <int L>
    WIREWRAP_INLINE void fsw(C& core, auto& at) {
        store_float<u32, L>(core, at);
    }
    template <int L>
    WIREWRAP_INLINE void fsd(C& core, auto& at) {
        store_float<u64, L>(core, at);
    }
    template <int>
    WIREWRAP_INLINE void floating(C& core, auto& at) {
        if constexpr (C::extensions.floating)
            at.slot = Floating<C>::execute(core, at.slot, at.budget);
        else
            at.slot = core.illegal(at.slot, at.budget);
    }

    // ---- atomics: only in memory, only aligned
    /// The operand of an atomic instruction.
    template <class T>
    struct Operand {
        T* word;    // nullptr: the cursor is where to go on
        bool slow;  // the bus was asked
        typename SlowAccess<C>::Word asked{};
    };
    template <class T>
    WIREWRAP_INLINE Operand<T> atomic_operand(C& core, auto& at, u64 address, bool writes) {
        std::byte* host;
        const bool known = writes ? host_memory<Access::store, T, true>(core, address, host)
                                  : host_memory<Access::load, T, true>(core, address, host);
        if (known && address % sizeof(T) == 0) [[likely]] {
            if (writes) Words::mark(core.bus, host);
            return {reinterpret_cast<T*>(host), false};
        }
        const auto asked = SlowAccess<C>::atomic(core, at.slot, at.budget, address, sizeof(T), writes);
        at.slot = asked.next;
        return {reinterpret_cast<T*>(asked.memory), true, asked};
    }
    /// To be called when it was read and written, before the guest's registers are.
    template <class T>
    WIREWRAP_INLINE void made_atomic(C& core, const Operand<T>& operand, bool stored) {
        if (operand.slow) SlowAccess<C>::atomic_done(core, operand.asked, stored);
    }
    template <int L>
    WIREWRAP_INLINE void behind_atomic(C& core, auto& at, bool slow, auto made) {
        at.slot = slow ? SlowAccess<C>::behind_atomic(core, at.slot, at.budget, L, made) : at.slot + L / 2;
    }
    template <class T>
    WIREWRAP_INLINE u64 extended(T value) {
        return static_cast<u64>(i64{static_cast<std::make_signed_t<T>>(value)});
    }
    template <class T, int L, class F>
    WIREWRAP_INLINE void modify(C& core, auto& at, F f) {
        const Operand<T> operand = atomic_operand<T>(core, at, rs1(core, at), true);
        if (operand.word == nullptr) return;
        const T with = static_cast<T>(rs2(core, at)), old = f(std::atomic_ref<T>(*operand.word), with);
        made_atomic(core, operand, true);
        result(core, at, extended(old));
        behind_atomic<L>(core, at, operand.slow, [&] {
            alignas(sizeof(T)) T made = old;
            f(std::atomic_ref<T>(made), with);
            return AtomicValues{.loaded = old, .stored = made};
        });
    }
    /// For what the host has no instruction for.
    template <class T, class F>
    WIREWRAP_INLINE T exchange_with(std::atomic_ref<T> memory, F f) {
        T old = memory.load();
        while (!memory.compare_exchange_weak(old, f(old))) {}
        return old;
    }
#define WIREWRAP_ATOMIC(name, expression)                                                                    \
    template <int L>                                                                                         \
    WIREWRAP_INLINE void name##_w(C& core, auto& at) {                                                       \
        modify<u32, L>(core, at, []<class T>(std::atomic_ref<T> m, T b) -> T { return expression; });        \
    }                                                                                                        \
    template <int L>                                                                                         \
    WIREWRAP_INLINE void name##_d(C& core, auto& at) {                                                       \
        modify<u64, L>(core, at, []<class T>(std::atomic_ref<T> m, T b) -> T { return expression; });        \
    }
    WIREWRAP_ATOMIC(amoswap, m.exchange(b))
    WIREWRAP_ATOMIC(amoadd, m.fetch_add(b))
    WIREWRAP_ATOMIC(amoand, m.fetch_and(b))
    WIREWRAP_ATOMIC(amoor, m.fetch_or(b))
    WIREWRAP_ATOMIC(amoxor, m.fetch_xor(b))
    WIREWRAP_ATOMIC(amominu, exchange_with(m, [b](T a) { return std::min(a, b); }))
    WIREWRAP_ATOMIC(amomaxu, exchange_with(m, [b](T a) { return std::max(a, b); }))
    WIREWRAP_ATOMIC(amomin, exchange_with(m, [b](T a) { return signed_less(b, a) ? b : a; }))
    WIREWRAP_ATOMIC(amomax, exchange_with(m, [b](T a) { return signed_less(a, b) ? b : a; }))
#undef WIREWRAP_ATOMIC

    template <class T, int L>
    WIREWRAP_INLINE void load_reserved(C& core, auto& at) {
        const u64 address = rs1(core, at);
        const Operand<T> operand = atomic_operand<T>(core, at, address, false);
        if (operand.word == nullptr) return;
        std::byte* const word = reinterpret_cast<std::byte*>(operand.word);
        if constexpr (MarksStores<Bus>) core.bus.reserve(word, sizeof(T));
        const T value = std::atomic_ref<T>(*operand.word).load();
        core.reservation.hold(word, sizeof(T));
        core.reserved_width = sizeof(T);
        core.reserved_address = address;
        core.reserved_value = value;
        core.reserved_at = core.retired + static_cast<u64>(core.quantum - at.budget - at.slot->left);
        result(core, at, extended(value));
        behind_atomic<L>(core, at, operand.slow, [&] { return AtomicValues{.loaded = value}; });
    }
    /// Without a reservation of this very operand it fails, and looks at no more of the address than its alignment.
    template <class T, int L>
    WIREWRAP_INLINE void store_conditional(C& core, auto& at) {
        const u64 address = rs1(core, at);
        const T value = static_cast<T>(rs2(core, at));
        bool stored = false, asked = false;
        bool held = core.reservation.held() && core.reserved_address == address &&
                    core.reserved_width == sizeof(T);
        if constexpr (MarksStores<Bus>) held = held && core.bus.reserved(core.reservation.memory());
        // What can only fail asks nobody, who might take it for a store.
        if (const std::byte* const word = core.reservation.memory(); held && word != nullptr)
            held = std::atomic_ref<T>(*reinterpret_cast<T*>(const_cast<std::byte*>(word))).load() ==
                   static_cast<T>(core.reserved_value);
        if (held || address % sizeof(T) != 0) {  // what is held is aligned
            const Operand<T> operand = atomic_operand<T>(core, at, address, true);
            if (operand.word == nullptr) return;
            T expected = static_cast<T>(core.reserved_value);
            stored = core.reservation.of(reinterpret_cast<const std::byte*>(operand.word)) &&
                     std::atomic_ref<T>(*operand.word).compare_exchange_strong(expected, value);
            made_atomic(core, operand, stored);
            asked = operand.slow;
        }
        core.reservation.end();
        result(core, at, stored ? 0 : 1);
        behind_atomic<L>(core, at, asked,
                         [&] { return stored ? AtomicValues{.stored = value} : AtomicValues{}; });
    }
    template <int L>
    WIREWRAP_INLINE void lr_w(C& core, auto& at) {
        load_reserved<u32, L>(core, at);
    }
    template <int L>
    WIREWRAP_INLINE void lr_d(C& core, auto& at) {
        load_reserved<u64, L>(core, at);
    }
    template <int L>
    WIREWRAP_INLINE void sc_w(C& core, auto& at) {
        store_conditional<u32, L>(core, at);
    }
    template <int L>
    WIREWRAP_INLINE void sc_d(C& core, auto& at) {
        store_conditional<u64, L>(core, at);
    }

    // ---- ordering, environment, CSRs

    template <int L>
    WIREWRAP_INLINE void fence(C&, auto& at) {
        full_fence();
        next<L>(at);
    }
#define WIREWRAP_SYSTEM(name, call)                                                                          \
    template <int>                                                                                           \
    WIREWRAP_INLINE void name(C& core, auto& at) {                                                           \
        at.slot = SystemInstructions<C>::call;                                                               \
        arrive(core, at);                                                                                    \
    }
    WIREWRAP_SYSTEM(fence_i, instruction_fence(core, at.slot, at.budget))
    WIREWRAP_SYSTEM(ecall, environment_call(core, at.slot, at.budget))
    WIREWRAP_SYSTEM(ebreak, breakpoint(core, at.slot, at.budget))
    WIREWRAP_SYSTEM(mret, machine_return(core, at.slot, at.budget))
    WIREWRAP_SYSTEM(sret, supervisor_return(core, at.slot, at.budget))
    WIREWRAP_SYSTEM(wfi, wait_for_interrupt(core, at.slot, at.budget))
    WIREWRAP_SYSTEM(pause, pause(core, at.slot, at.budget))
    WIREWRAP_SYSTEM(sfence_vma, translation_fence(core, at.slot, at.budget))
    WIREWRAP_SYSTEM(csrrw, csr(core, at.slot, at.budget, CsrAction::write, rs1(core, at)))
    WIREWRAP_SYSTEM(csrrs, csr(core, at.slot, at.budget, CsrAction::set, rs1(core, at)))
    WIREWRAP_SYSTEM(csrrc, csr(core, at.slot, at.budget, CsrAction::clear, rs1(core, at)))
    WIREWRAP_SYSTEM(csrrwi, csr(core, at.slot, at.budget, CsrAction::write, at.slot->rs1))
    WIREWRAP_SYSTEM(csrrsi, csr(core, at.slot, at.budget, CsrAction::set, at.slot->rs1))
    WIREWRAP_SYSTEM(csrrci, csr(core, at.slot, at.budget, CsrAction::clear, at.slot->rs1))
#undef WIREWRAP_SYSTEM

#undef WIREWRAP_INLINE
};

}  // namespace wirewrap::riscv
