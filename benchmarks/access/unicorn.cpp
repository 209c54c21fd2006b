// Unicorn's access from the host: uc_mem_read and uc_mem_write, devices by uc_mmio_map.
#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <utility>

#include <unicorn/unicorn.h>

#include <wirewrap/hostmem/anonymous.hpp>

#include "measure.hpp"

namespace access_benchmark {

namespace {

class Unicorn {
public:
    static constexpr auto name = "unicorn_8";
    static constexpr std::size_t devices = 8;

    Unicorn() : memory_(hostmem::allocate<hostmem::Anonymous>(ram_size, {.prealloc = true})) {
        good_ = memory_ && uc_open(UC_ARCH_RISCV, UC_MODE_RISCV64, &engine_) == UC_ERR_OK &&
                uc_mem_map_ptr(engine_, ram_base.value, ram_size.count, UC_PROT_ALL, memory_->data()) ==
                    UC_ERR_OK;
        for (std::size_t i = 0; good_ && i != devices; ++i)
            good_ = uc_mmio_map(engine_, device_base(i).value, device_window.count, read, &devices_[i], write,
                                &devices_[i]) == UC_ERR_OK;
    }
    ~Unicorn() {
        if (engine_ != nullptr) uc_close(engine_);
    }
    Unicorn(const Unicorn&) = delete;
    bool good() const { return good_; }

    std::uint64_t load(std::uint32_t address) {
        std::uint64_t value = 0;
        uc_mem_read(engine_, address, &value, sizeof value);
        return value;
    }
    void store(std::uint32_t address, std::uint64_t value) {
        uc_mem_write(engine_, address, &value, sizeof value);
    }

private:
    static std::uint64_t read(uc_engine*, std::uint64_t offset, unsigned, void* device) {
        return static_cast<Registers*>(device)->read<std::uint64_t>(offset);
    }
    static void write(uc_engine*, std::uint64_t offset, unsigned, std::uint64_t value, void* device) {
        static_cast<Registers*>(device)->write(offset, value);
    }

    Expected<hostmem::HostMemory<hostmem::Anonymous>> memory_;
    std::array<Registers, devices> devices_;
    uc_engine* engine_ = nullptr;
    bool good_ = false;
};

}  // namespace

}  // namespace access_benchmark

int main(int argc, char** argv) {
    using namespace access_benchmark;
    measure<Unicorn>(in_one_window, [] { return std::make_unique<Unicorn>(); });
    benchmark::Initialize(&argc, argv);
    benchmark::RunSpecifiedBenchmarks();
    return 0;
}
