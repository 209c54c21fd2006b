// The fast policy: thousands of handlers, each for one operation or a short sequence of them and for certain registers,
// that pass the hottest guest registers on in host registers. It costs compile time; docs/harts.md has the figures.
//
//     Hart<Bus, Bare, FastDispatch> hart(bus);
//
// A program of several translation units compiles it once:
//
//     extern template class riscv::FastDispatch<riscv::Core<Bus, riscv::Bare>>;      // in all of them
//     template class riscv::FastDispatch<riscv::Core<Bus, riscv::Bare>>;             // in one
//
// A handler is a function that ends by jumping to the next one. clang promises the jump and passes twelve arguments in
// registers; g++ makes the jump when it optimises, and passes six.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>

#include <wirewrap/cpu/riscv/dispatch_goto.hpp>
#include <wirewrap/cpu/riscv/fast/handlers.hpp>
#include <wirewrap/cpu/riscv/fast/operations.hpp>
#include <wirewrap/cpu/riscv/fast/tail_calls.hpp>

namespace wirewrap::riscv {

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wattributes"  // unknown where tail calls are not guaranteed

template <class C>
class FastDispatch {
public:
    static void run(C& core, const Slot* first);
    static const Handlers& handlers();

private:
    template <class = std::make_index_sequence<fast::cached_registers.size()>>
    struct Shell;

    template <std::size_t... I>
    struct Shell<std::index_sequence<I...>> {
        template <std::size_t>
        using Word = std::uint64_t;
        using Step = void(C&, const Slot*, std::int64_t, Word<I>...) WIREWRAP_ALL_IN_REGISTERS;

        static Step* step_of(const Slot* slot) {
            return reinterpret_cast<Step*>(const_cast<void*>(slot->handler));
        }

        static void run(C& core, const Slot* first) {
            step_of(first)(core, first, core.quantum - first->left, core.x[fast::cached_registers[I]]...);
        }

        /// Part P of handler N and those that follow it.
        // clang 19 cannot compile what its address sanitizer makes of a preserve_none function with variables.
        template <std::size_t N, std::size_t P>
        [[clang::no_sanitize("address")]] WIREWRAP_ALL_IN_REGISTERS static void step(C& core,
                                                                                     const Slot* slot,
                                                                                     std::int64_t budget,
                                                                                     Word<I>... cached) {
            constexpr fast::Handled h = fast::all_handlers[N].parts[P];
            fast::Operands at{{slot, budget, {cached...}}, h.rd, h.rs1, h.rs2};
            const fast::Outcome outcome = fast::execute<h.op>(core, at);
            if (outcome == fast::Outcome::slow) [[unlikely]]
                WIREWRAP_TAIL_CALL plain<h.op>(core, slot, budget, cached...);
            if (outcome == fast::Outcome::exhausted) [[unlikely]]
                WIREWRAP_TAIL_CALL exhausted(core, at.slot, at.budget, cached...);
#if !defined(__clang__)
            // g++ would gather the results of two parts in a vector register to store them at once: five
            // instructions in place of two.
            if constexpr (P + 1 != fast::all_handlers[N].count) asm volatile("" ::: "memory");
#endif
            if constexpr (P + 1 != fast::all_handlers[N].count)
                WIREWRAP_TAIL_CALL step<N, P + 1>(core, at.slot, at.budget, at.cached[I]...);
            else
                WIREWRAP_TAIL_CALL step_of(at.slot)(core, at.slot, at.budget, at.cached[I]...);
        }

        /// The handler of an operation with any operands: it works in memory. Not inline, where its calls would have
        /// every other handler save registers.
        template <Op O>
        [[gnu::noinline, clang::no_sanitize("address")]] WIREWRAP_ALL_IN_REGISTERS static void plain(
            C& core, const Slot* slot, std::int64_t budget, Word<I>...) {
            Cursor at{slot, budget};
            Meaning<O>::run(core, at);
            WIREWRAP_TAIL_CALL step_of(at.slot)(core, at.slot, at.budget,
                                                core.x[fast::cached_registers[I]]...);
        }

        [[gnu::noinline]] WIREWRAP_ALL_IN_REGISTERS static void exhausted(C& core, const Slot* slot,
                                                                          std::int64_t budget, Word<I>...) {
            core.out_of_budget(slot, budget);
        }
        WIREWRAP_ALL_IN_REGISTERS static void leave(C&, const Slot*, std::int64_t, Word<I>...) {}

        static const Handlers& handlers() {
            static const Handlers table = [] {
                Handlers result = plain_handlers(std::make_index_sequence<operation_count - 1>{});
                result.longest = fast::longest_sequence;
                result.extensions = C::extensions;
                result.chosen = [](std::span<const Instruction> instructions) -> const void* {
                    static constexpr auto steps = all_steps(
                        std::make_index_sequence<fast::all_handlers.size()>{});
                    const std::size_t number = fast::handler_for(instructions);
                    return number == steps.size() ? nullptr : reinterpret_cast<const void*>(steps[number]);
                };
                return result;
            }();
            return table;
        }
        template <std::size_t... O>
        static Handlers plain_handlers(std::index_sequence<O...>) {
            return {{reinterpret_cast<const void*>(&plain<static_cast<Op>(O)>)...,
                     reinterpret_cast<const void*>(&leave)}};
        }
        template <std::size_t... N>
        static constexpr std::array<Step*, sizeof...(N)> all_steps(std::index_sequence<N...>) {
            return {&step<N, 0>...};
        }
    };
};

// Out of the class, so that `extern template` keeps a translation unit from compiling all handlers again.
template <class C>
void FastDispatch<C>::run(C& core, const Slot* first) {
    if (fast::makes_tail_calls())
        Shell<>::run(core, first);
    else if constexpr (!tail_calls_guaranteed)
        GotoDispatch<C>::run(core, first);
}

template <class C>
const Handlers& FastDispatch<C>::handlers() {
    if constexpr (!tail_calls_guaranteed)
        if (!fast::makes_tail_calls()) return GotoDispatch<C>::handlers();
    return Shell<>::handlers();
}

#pragma GCC diagnostic pop

}  // namespace wirewrap::riscv
