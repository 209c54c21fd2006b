// The interpreter's own functions for instructions that translated code leaves to it: atomics, CSRs, and loads and stores
// that are not in RAM.
//
//     interpreters<C>[op](&core, slot, unpaid, &plain);      // false: it trapped or has to be left
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include <wirewrap/cpu/riscv/instructions.hpp>
#include <wirewrap/jit/emitter.hpp>
#include <wirewrap/jit/region.hpp>

namespace wirewrap::jit {

namespace detail {

/// F executes the operation on a core and a cursor.
template <class C, Op O, class F>
constexpr Interpret interpreter(F) {
    constexpr Op what = meaning(O);
    constexpr bool access = is_load(what) || is_store(what) ||
                            (O >= Op::lb_checked_4 && O <= Op::sd_checked_2);
    if constexpr (access || (is_interpreted(what) && O != Op::leave_4))
        return [](void* of, const riscv::Slot* slot, std::int64_t unpaid, const riscv::Slot* plain) {
            C& core = *static_cast<C*>(of);
            riscv::Cursor at{core.in_place_of(slot, *plain), unpaid - 1};
            const riscv::Slot* const before = at.slot;
            F{}(core, at);
            return at.slot != &core.leave && at.slot > before && at.slot <= before + 2;
        };
    else
        return nullptr;
}

}  // namespace detail

/// By `Op`; nullptr for what is always translated.
template <class C>
inline constexpr auto interpreters = [] {
#define WIREWRAP_LENGTH(name, length)                                                                        \
    detail::interpreter<C, Op::name##_##length>(                                                             \
        [](auto& core, auto& at) { riscv::Instructions<C>::template name<length>(core, at); }),
#define WIREWRAP_ONE(name) WIREWRAP_LENGTH(name, 4)
#define WIREWRAP_TWO(name) WIREWRAP_LENGTH(name, 4) WIREWRAP_LENGTH(name, 2)
    return std::array<Interpret, riscv::operation_count>{
        WIREWRAP_RISCV_OPERATIONS(WIREWRAP_ONE, WIREWRAP_TWO) nullptr};
#undef WIREWRAP_ONE
#undef WIREWRAP_TWO
#undef WIREWRAP_LENGTH
}();

}  // namespace wirewrap::jit
