// hart FILE: a kernel on the hart that a machine gets when nothing else is said.
#include "benchmarks/kernels/run_kernel.hpp"

template <class Bus>
using Rv64 = wirewrap::riscv::Hart<Bus>;

int main(int argc, char** argv) { return kernels::run_kernel<Rv64>(argc, argv); }
