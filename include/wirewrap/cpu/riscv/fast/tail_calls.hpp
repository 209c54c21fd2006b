// Calls in tail position that are jumps. clang promises them and passes everything in registers on request; g++ 12 has
// no word for either, and jumps when it optimises (-O2).
//
//     using Step = void(int) WIREWRAP_ALL_IN_REGISTERS;
//     WIREWRAP_TAIL_CALL next(argument);
//     if (!makes_tail_calls()) …               // a chain of them would grow the stack
#pragma once

#include <wirewrap/cpu/riscv/dispatch_tail.hpp>

// Macros, because attributes cannot be named otherwise.
#if defined(__clang__)
#define WIREWRAP_ALL_IN_REGISTERS [[clang::preserve_none]]
#define WIREWRAP_TAIL_CALL [[clang::musttail]] return
#else
#define WIREWRAP_ALL_IN_REGISTERS
#define WIREWRAP_TAIL_CALL return
#endif

namespace wirewrap::riscv::fast {

namespace detail {
using Depth = bool (*)(const void* caller, int more, const void* self);

/// Calls itself once in tail position: a jump, when the second frame lies where the first one lay.
[[gnu::noinline]] inline bool same_frame(const void* first, int more, const void* self) {
    const void* const here = __builtin_frame_address(0);
    if (more == 0) return here == first;
    return reinterpret_cast<Depth>(const_cast<void*>(self))(here, more - 1, self);
}
}  // namespace detail

/// Whether this program was compiled with calls in tail position as jumps.
inline bool makes_tail_calls() {
    if constexpr (tail_calls_guaranteed) return true;
    static const bool made = [] {
        detail::Depth volatile start = &detail::same_frame;
        return start(nullptr, 1, reinterpret_cast<const void*>(start));
    }();
    return made;
}

}  // namespace wirewrap::riscv::fast
