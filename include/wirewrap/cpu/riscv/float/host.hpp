// The host's floating point, where it is exact: rounding to nearest even, of normal numbers, when nothing can be flagged
// but inexactness, and that has been already.
//
//     if ((flags & inexact) != 0 && host_sum<Double>(a, b, result)) …
//
// The thread has the rounding mode that programs start with. What may be wrong is told by the result: an infinity or a NaN,
// a zero, a number so small that it may have underflowed. Of subnormal operands the host may know nothing (DAZ).
#pragma once

#include <bit>
#include <cfloat>
#include <cmath>
#include <cstdint>
#include <type_traits>

#include <wirewrap/cpu/riscv/float/format.hpp>

namespace wirewrap::riscv::floating {

/// Results are not computed in wider registers and then rounded again.
inline constexpr bool host_is_exact = FLT_EVAL_METHOD == 0;

template <class F>
using HostFloat = std::conditional_t<sizeof(typename F::Bits) == 4, float, double>;

/// Whether `result`, which is f(operands), can be taken.
template <class F, class Function, class... Operands>
[[gnu::always_inline]] inline bool on_host(typename F::Bits& result, Function f, Operands... operands) {
    constexpr typename F::Bits normal = F::fraction_mask + 1;
    if (((F::magnitude(operands) < normal) || ...)) return false;
    result = std::bit_cast<typename F::Bits>(f(std::bit_cast<HostFloat<F>>(operands)...));
    return F::magnitude(result) - (normal + 1) < F::infinity - (normal + 1);
}

}  // namespace wirewrap::riscv::floating
