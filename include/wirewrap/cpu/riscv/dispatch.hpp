// Which dispatch shell a compiler gets: tail calls where it guarantees them (clang 19; computed goto is a quarter
// slower there), computed goto everywhere else, and for the address sanitizer, which tail calls get past. Both execute the
// same operations.
//
//     Hart<Bus> hart(bus);                                 // the default, the compact execution policy
//     Hart<Bus, Bare, GotoDispatch> other(bus);            // this one, with any compiler
//
// The fast policy costs more to compile and has a header of its own, dispatch_fast.hpp.
#pragma once

#include <type_traits>

#include <wirewrap/cpu/riscv/dispatch_goto.hpp>
#include <wirewrap/cpu/riscv/dispatch_tail.hpp>

namespace wirewrap::riscv {

#if defined(__has_feature)
inline constexpr bool address_sanitizer = __has_feature(address_sanitizer);
#else
inline constexpr bool address_sanitizer = false;
#endif

template <class C>
using DefaultDispatch =
    std::conditional_t<tail_calls_guaranteed && !address_sanitizer, TailDispatch<C>, GotoDispatch<C>>;

}  // namespace wirewrap::riscv
