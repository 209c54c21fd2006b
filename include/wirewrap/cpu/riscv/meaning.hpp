// Operations by their enumerator, for those who have it as a template argument.
#pragma once

#include <wirewrap/cpu/riscv/instructions.hpp>
#include <wirewrap/cpu/riscv/operation.hpp>

namespace wirewrap::riscv {

/// What an operation of the enumeration does: `Meaning<Op::add_2>::run(core, cursor)`.
template <Op>
struct Meaning;
#define WIREWRAP_MEANING(name, length)                                                                       \
    template <>                                                                                              \
    struct Meaning<Op::name##_##length> {                                                                    \
        template <class C>                                                                                   \
        [[gnu::always_inline]] static void run(C& core, auto& at) {                                          \
            Instructions<C>::template name<length>(core, at);                                                \
        }                                                                                                    \
    };
#define WIREWRAP_ONE(name) WIREWRAP_MEANING(name, 4)
#define WIREWRAP_TWO(name) WIREWRAP_MEANING(name, 4) WIREWRAP_MEANING(name, 2)
WIREWRAP_RISCV_OPERATIONS(WIREWRAP_ONE, WIREWRAP_TWO)
#undef WIREWRAP_ONE
#undef WIREWRAP_TWO
#undef WIREWRAP_MEANING

}  // namespace wirewrap::riscv
