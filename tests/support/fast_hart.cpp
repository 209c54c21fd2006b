// The handlers of the fast policy, which take long to compile.
#include "tests/support/harts.hpp"

template class wirewrap::riscv::FastDispatch<
    wirewrap::riscv::Core<wirewrap::test::FlatBus, wirewrap::riscv::Bare>>;
