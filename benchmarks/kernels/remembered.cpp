// remembered FILE: a kernel on a hart whose loads and stores ask a policy that translates. It gives each address itself, so
// that beside the compact hart it shows what remembered translations cost (docs/address-translation.md).
#include "benchmarks/kernels/run_kernel.hpp"

namespace {

struct Remembered {
    static constexpr std::uint16_t satp_modes = 1 << 0;
    static constexpr bool identity = false;

    wirewrap::riscv::TranslationCache cache;

    template <class Core>
    wirewrap::riscv::Translated translate(Core&, std::uint64_t address, wirewrap::Access) {
        return address;
    }
};

}  // namespace

template <class Bus>
using Rv64 = wirewrap::riscv::Hart<Bus, Remembered>;

int main(int argc, char** argv) { return kernels::run_kernel<Rv64>(argc, argv); }
