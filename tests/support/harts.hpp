// The hart under both execution policies, for tests that every policy has to pass.
//
//     TEMPLATE_TEST_CASE("nothing runs without a budget", "", Compact, Fast) {
//         FlatBus bus(64_KiB);
//         TestType hart(bus);
//
// The handlers of the fast one are compiled once, in fast_hart.cpp.
#pragma once

#include <wirewrap/cpu.hpp>
#include <wirewrap/cpu/riscv/dispatch_fast.hpp>

#include "tests/support/flat_bus.hpp"

extern template class wirewrap::riscv::FastDispatch<
    wirewrap::riscv::Core<wirewrap::test::FlatBus, wirewrap::riscv::Bare>>;

namespace wirewrap::test {

using Compact = riscv::Hart<FlatBus>;
using Fast = riscv::Hart<FlatBus, riscv::Bare, riscv::FastDispatch>;

}  // namespace wirewrap::test
