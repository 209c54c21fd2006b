// fast FILE: a kernel on a hart with the fast execution policy.
#include <wirewrap/cpu/riscv/dispatch_fast.hpp>

#include "benchmarks/kernels/run_kernel.hpp"

template <class Bus>
using Rv64 = wirewrap::riscv::Hart<Bus, wirewrap::riscv::Bare, wirewrap::riscv::FastDispatch>;

int main(int argc, char** argv) { return kernels::run_kernel<Rv64>(argc, argv); }
