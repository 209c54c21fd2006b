// Which dispatch shell a compiler gets: tail calls where it guarantees them and can pass all state in
// registers (clang 19), computed goto everywhere else. Both execute the same operations; see docs in each
// header.
#pragma once

#if defined(__clang__) && __has_cpp_attribute(clang::musttail) && __has_cpp_attribute(clang::preserve_none)
#include <wirewrap/cpu/riscv/dispatch_tail.hpp>

namespace wirewrap::riscv {
template <class C>
using DefaultDispatch = TailDispatch<C>;
}  // namespace wirewrap::riscv
#else
#include <wirewrap/cpu/riscv/dispatch_goto.hpp>

namespace wirewrap::riscv {
template <class C>
using DefaultDispatch = GotoDispatch<C>;
}  // namespace wirewrap::riscv
#endif
