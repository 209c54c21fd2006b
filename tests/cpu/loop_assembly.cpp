// Loops of computed jumps, whose machine code tools/checks/loop_assembly.py reads.
#include <wirewrap/cpu.hpp>

#include "tests/support/flat_bus.hpp"

using namespace wirewrap;

template class riscv::Hart<test::FlatBus, riscv::Bare, riscv::GotoDispatch>;
template class riscv::Hart<test::FlatBus, riscv::Rv64gc, riscv::GotoDispatch>;
