// fused_last FILE: a kernel on a hart that was compiled for sieve, crc32, matmul, qsort and fib.
#include <wirewrap/cpu/riscv/fused.hpp>

#include "benchmarks/kernels/crc32_profile.hpp"
#include "benchmarks/kernels/fib_profile.hpp"
#include "benchmarks/kernels/matmul_profile.hpp"
#include "benchmarks/kernels/qsort_profile.hpp"
#include "benchmarks/kernels/run_kernel.hpp"
#include "benchmarks/kernels/sieve_profile.hpp"

using namespace wirewrap;

template <class Bus>
using Rv64 =
    riscv::Hart<Bus, riscv::Bare, riscv::DefaultDispatch,
                riscv::Fused<sieve_profile, crc32_profile, matmul_profile, qsort_profile, fib_profile>>;

int main(int argc, char** argv) { return kernels::run_kernel<Rv64>(argc, argv); }
