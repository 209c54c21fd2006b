// fused_first FILE: a kernel on a hart that was compiled for seqsum, copy64, bytes, rand and chase.
#include <wirewrap/cpu/riscv/fused.hpp>

#include "benchmarks/kernels/bytes_profile.hpp"
#include "benchmarks/kernels/chase_profile.hpp"
#include "benchmarks/kernels/copy64_profile.hpp"
#include "benchmarks/kernels/rand_profile.hpp"
#include "benchmarks/kernels/run_kernel.hpp"
#include "benchmarks/kernels/seqsum_profile.hpp"

using namespace wirewrap;

template <class Bus>
using Rv64 =
    riscv::Hart<Bus, riscv::Bare, riscv::DefaultDispatch,
                riscv::Fused<seqsum_profile, copy64_profile, bytes_profile, rand_profile, chase_profile>>;

int main(int argc, char** argv) { return kernels::run_kernel<Rv64>(argc, argv); }
