// Dispatch by tail calls: each operation is a function that ends by jumping to the next one with the cursor
// in registers. For clang, whose register allocator does better with small functions than with one large one,
// and which guarantees the jump.
#pragma once

#include <cstdint>

#include <wirewrap/cpu/riscv/instructions.hpp>

namespace wirewrap::riscv {

/// The compiler promises that a call in tail position is a jump, and can pass everything in registers.
#if defined(__clang__) && __has_cpp_attribute(clang::musttail) && __has_cpp_attribute(clang::preserve_none)
inline constexpr bool tail_calls_guaranteed = true;
#else
inline constexpr bool tail_calls_guaranteed = false;
#endif

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wattributes"  // unknown where they are not guaranteed, and not used there

template <class C>
struct TailDispatch {
    /// Executes from `first` until an operation answers with the core's `leave` slot.
    static void run(C& core, const Slot* first) {
        static_assert(tail_calls_guaranteed || sizeof(C) == 0,
                      "TailDispatch would grow the stack with each instruction here; use GotoDispatch");
        reinterpret_cast<Handler*>(const_cast<void*>(first->handler))(core, first,
                                                                      core.quantum - first->left);
    }

    static const Handlers& handlers() {
        static const Handlers table = [] {
            Handlers made = {{
#define WIREWRAP_ONE(name) reinterpret_cast<const void*>(&step<&Operations::template name<4, Cursor>>),
#define WIREWRAP_TWO(name)                                                                                   \
    WIREWRAP_ONE(name) reinterpret_cast<const void*>(&step<&Operations::template name<2, Cursor>>),
                WIREWRAP_RISCV_OPERATIONS(WIREWRAP_ONE, WIREWRAP_TWO)
#undef WIREWRAP_ONE
#undef WIREWRAP_TWO
                    reinterpret_cast<const void*>(&leave)}};
            made.extensions = C::extensions;
            return made;
        }();
        return table;
    }

private:
    // preserve_none: no register has to survive, so none is saved on the way.
    using Handler = void(C&, const Slot*, std::int64_t) [[clang::preserve_none]];
    using Operations = Instructions<C>;

    // clang 19 cannot compile what its address sanitizer makes of a preserve_none function with variables.
    template <auto Operation>
    [[clang::preserve_none, clang::no_sanitize("address")]] static void step(C& core, const Slot* slot,
                                                                             std::int64_t budget) {
        Cursor at{slot, budget};
        Operation(core, at);
        [[clang::musttail]] return reinterpret_cast<Handler*>(const_cast<void*>(at.slot->handler))(
            core, at.slot, at.budget);
    }
    [[clang::preserve_none]] static void leave(C&, const Slot*, std::int64_t) {}
};

#pragma GCC diagnostic pop

}  // namespace wirewrap::riscv
