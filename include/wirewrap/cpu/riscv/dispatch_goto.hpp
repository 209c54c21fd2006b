// Dispatch by computed goto: one function holds all operations, and each ends with its own jump to the next.
// For g++, which keeps the cursor in registers and copies the jump behind every operation.
#pragma once

#include <algorithm>
#include <iterator>

#include <wirewrap/cpu/riscv/instructions.hpp>

namespace wirewrap::riscv {

// Labels as values are an extension of g++ and clang; there is no other way to say this.
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wpedantic"
#pragma GCC diagnostic ignored "-Wattributes"  // clang has no noclone and needs none

template <class C>
struct GotoDispatch {
    /// Executes from `first` until an operation answers with the core's `leave` slot.
    static void run(C& core, const Slot* first) { loop(&core, first, nullptr); }

    static const Handlers& handlers() {
        static const Handlers table = [] {
            Handlers labels;
            loop(nullptr, nullptr, &labels);
            labels.extensions = C::extensions;
            return labels;
        }();
        return table;
    }

private:
    // Labels belong to one copy of the function.
    [[gnu::noinline, gnu::noclone]] static void loop(C* core, const Slot* first, Handlers* labels) {
        if (labels != nullptr) {
            // clang-format off
#define WIREWRAP_ONE(name) &&name##_4,
#define WIREWRAP_TWO(name) &&name##_4, &&name##_2,
            // Static: the linker keeps it together with the function where several translation units have both.
            static const void* const table[] = {WIREWRAP_RISCV_OPERATIONS(WIREWRAP_ONE, WIREWRAP_TWO) &&leave_4};
            // clang-format on
#undef WIREWRAP_ONE
#undef WIREWRAP_TWO
            std::copy(std::begin(table), std::end(table), labels->begin());
            return;
        }
        Cursor at{first, core->quantum};
        at.budget -= first->left;
        goto* at.slot->handler;

#define WIREWRAP_CASE(name, length)                                                                          \
    name##_##length : Operations::template name<length>(*core, at);                                          \
    goto* at.slot->handler;
#define WIREWRAP_ONE(name) WIREWRAP_CASE(name, 4)
#define WIREWRAP_TWO(name) WIREWRAP_CASE(name, 4) WIREWRAP_CASE(name, 2)
        WIREWRAP_RISCV_OPERATIONS(WIREWRAP_ONE, WIREWRAP_TWO)
#undef WIREWRAP_ONE
#undef WIREWRAP_TWO
#undef WIREWRAP_CASE
    leave_4:
        return;
    }
    using Operations = Instructions<C>;
};

#pragma GCC diagnostic pop

}  // namespace wirewrap::riscv
