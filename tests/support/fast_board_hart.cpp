// The handlers of the fast policy on a `BoardBus`, which take long to compile.
#include "tests/support/board_harts.hpp"

template class wirewrap::riscv::FastDispatch<
    wirewrap::riscv::Core<wirewrap::test::BoardBus, wirewrap::riscv::Bare,
                          wirewrap::riscv::Fused<wirewrap::test::busy_loop_profile>>>;
