// translated FILE: a kernel on a hart that translates code into the host's.
#include <wirewrap/jit.hpp>

#include "benchmarks/kernels/run_kernel.hpp"

template <class Bus>
using Rv64 = wirewrap::riscv::Hart<Bus, wirewrap::riscv::Bare, wirewrap::riscv::DefaultDispatch,
                                   wirewrap::jit::Translated>;

int main(int argc, char** argv) { return kernels::run_kernel<Rv64>(argc, argv); }
