// paged FILE: a kernel on a hart that translates code into the host's, its loads and stores by Sv39 through pages of 4 KiB. Beside
// `translated` it shows what page tables cost (docs/address-translation.md). Code stays in machine mode, where fetches are physical;
// MPRV gives its loads and stores the rights of supervisor mode.
#include <cstdint>

#include <wirewrap/jit.hpp>

#include "benchmarks/kernels/run_kernel.hpp"

using namespace kernels;

template <class Bus>
using Rv64 = riscv::Hart<Bus, riscv::Rv64gc, riscv::DefaultDispatch, jit::Translated>;

namespace {

/// Every address is its own: RAM by small pages, what lies below it by one of 1 GiB. The tables are at the end of RAM.
void map_all(Virt& machine, Rv64<Virt>& hart) {
    namespace pte = riscv::pte;
    constexpr std::uint64_t page = 4096,
                            leaf = pte::valid | pte::read | pte::write | pte::accessed | pte::dirty;
    const RamWindow& ram = machine.ram_windows()[0];
    const std::uint64_t pages = ram.size.count / page, last = pages / 512,
                        root = ram.base.value + ram.size.count - (last + 2) * page;
    const auto put = [&](std::uint64_t table, std::uint64_t index, std::uint64_t physical,
                         std::uint64_t rights) {
        (void)machine.store<std::uint64_t>(at(table + 8 * index), physical >> 2 | rights);
    };
    put(root, 0, 0, leaf);
    put(root, ram.base.value >> 30, root + page, pte::valid);
    for (std::uint64_t i = 0; i != last; ++i) put(root + page, i, root + (2 + i) * page, pte::valid);
    for (std::uint64_t i = 0; i != pages; ++i)
        put(root + (2 + i / 512) * page, i % 512, ram.base.value + i * page, leaf);

    namespace csr = riscv::csr;
    hart.set_csr(csr::pmpaddr0, ~std::uint64_t{0});
    hart.set_csr(csr::pmpcfg0, 0x1f);
    hart.set_csr(csr::satp, std::uint64_t{8} << 60 | root / page);
    hart.set_csr(csr::mstatus,
                 hart.csr(csr::mstatus).value_or(0) | 1 << 17 | 1 << 11);  // MPRV; MPP: supervisor
}

}  // namespace

int main(int argc, char** argv) { return run_kernel<Rv64>(argc, argv, map_all); }
