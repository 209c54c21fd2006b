// What it costs to have RAM: taking every page of 4 GiB, making and giving back machines one after the other, and many.
//
// | name                           | what                                                                    |
// |--------------------------------|-------------------------------------------------------------------------|
// | populate/wirewrap/N, …/bare/N  | 4 GiB with N threads; bare: MADV_POPULATE_WRITE in slices of 16 MiB     |
// | fresh/machine                  | `Machine::create` with 64 MiB, and its end                              |
// | fresh/bare                     | mmap and munmap of 64 MiB                                               |
// | fresh/bare_aligned             | the same at a multiple of 2 MiB, with a guard page and the advice that  |
// |                                | wirewrap gives (huge pages, mergeable)                                  |
// | fresh/devices                  | a machine with 16 MiB, a ROM and six devices                            |
// | fresh/bare_16                  | mmap and munmap of 16 MiB                                               |
// | many/machine/PAGES             | 1,000 machines of 1 GiB at once, one byte stored in each. PAGES: huge,  |
// |                                | as they are advised, or small, where the kernel gives no others         |
// | many/bare/PAGES, …/advised/…   | mmap, a store and munmap; advised: to be in huge pages                  |
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <string>
#include <thread>
#include <vector>

#include <sys/mman.h>
#include <sys/prctl.h>

#include <benchmark/benchmark.h>

#include <wirewrap/device.hpp>
#include <wirewrap/hostmem/anonymous.hpp>
#include <wirewrap/machine.hpp>

namespace {

using namespace wirewrap;
using namespace wirewrap::literals;

constexpr Bytes populated = 4_GiB, slice = 16_MiB, machine_size = 64_MiB, huge_page = 2_MiB, page = 4_KiB;

struct Small {
    static constexpr auto name = "small";
    static constexpr auto ram = main_ram("small.ram", machine_size).placed(at(0x8000'0000));
};

struct WithDevices {
    static constexpr auto name = "with-devices";
    static constexpr auto ram = main_ram("devices.ram", 16_MiB).placed(at(0x8000'0000));
    static constexpr auto map = memory_map(
        rom<"boot">(at(0x0), 64_KiB), device<"clint", Clint<1>>(at(0x200'0000), 64_KiB),
        device<"plic", Plic<32, 1>>(at(0xc00'0000), 6_MiB), device<"uart0", Ns16550a>(at(0x1000'0000), 256_B),
        device<"uart1", Ns16550a>(at(0x1000'1000), 256_B), device<"uart2", Ns16550a>(at(0x1000'2000), 256_B),
        device<"uart3", Ns16550a>(at(0x1000'3000), 256_B));
};

struct Large {
    static constexpr auto name = "large";
    static constexpr auto ram = main_ram("large.ram", 1_GiB).placed(at(0x8000'0000));
};
constexpr std::size_t many = 1000;

std::byte* map(Bytes size, int protection, int flags = 0, void* where = nullptr) {
    void* const base = mmap(where, size.count, protection, MAP_PRIVATE | MAP_ANONYMOUS | flags, -1, 0);
    return base == MAP_FAILED ? nullptr : static_cast<std::byte*>(base);
}

/// Has the host find memory for the pages first, at its own price, and gives them back.
void touch_first(benchmark::State& state) {
    state.PauseTiming();
    std::byte* const space = map(populated, PROT_READ | PROT_WRITE);
    madvise(space, populated.count, MADV_HUGEPAGE);
    madvise(space, populated.count, MADV_POPULATE_WRITE);
    munmap(space, populated.count);
    state.ResumeTiming();
}

void populate_wirewrap(benchmark::State& state) {
    const auto threads = static_cast<unsigned>(state.range(0));
    for (auto _ : state) {
        touch_first(state);
        auto memory = hostmem::allocate<hostmem::Anonymous>(populated,
                                                            {.prealloc = true, .prealloc_threads = threads});
        if (!memory) state.SkipWithError(memory.error().message.c_str());
        state.PauseTiming();  // giving pages back is not counted
        memory = fail("");
        state.ResumeTiming();
    }
}

void populate_bare(benchmark::State& state) {
    for (auto _ : state) {
        touch_first(state);
        std::byte* const space = map(populated + huge_page, PROT_READ | PROT_WRITE);
        if (space == nullptr) return state.SkipWithError("mmap failed");
        std::byte* const base = space + (-reinterpret_cast<std::uintptr_t>(space) & (huge_page.count - 1));
        madvise(base, populated.count, MADV_HUGEPAGE);
        std::atomic<std::uint64_t> next{0};
        const auto work = [&] {
            for (;;) {
                const std::uint64_t offset = next.fetch_add(slice.count);
                if (offset >= populated.count) return;
                madvise(base + offset, slice.count, MADV_POPULATE_WRITE);
            }
        };
        {
            std::vector<std::jthread> threads;
            for (std::int64_t i = 1; i < state.range(0); ++i) threads.emplace_back(work);
            work();
        }
        state.PauseTiming();
        munmap(space, (populated + huge_page).count);
        state.ResumeTiming();
    }
}

template <class B>
void fresh_machine(benchmark::State& state) {
    for (auto _ : state) {
        auto machine = Machine<B, hostmem::Anonymous>::create();
        if (!machine) state.SkipWithError(machine.error().message.c_str());
        benchmark::DoNotOptimize(machine->ram_size());
    }
}

template <Bytes Size>
void fresh_bare(benchmark::State& state) {
    for (auto _ : state) {
        std::byte* const base = map(Size, PROT_READ | PROT_WRITE);
        benchmark::DoNotOptimize(base);
        munmap(base, Size.count);
    }
}

void fresh_bare_aligned(benchmark::State& state) {
    for (auto _ : state) {
        const Bytes room = machine_size + huge_page;
        std::byte* const space = map(room, PROT_NONE, MAP_NORESERVE);
        const Bytes head{-reinterpret_cast<std::uintptr_t>(space) & (huge_page.count - 1)};
        std::byte* const base = space + head.count;
        if (head != 0_B) munmap(space, head.count);
        const Bytes tail = room - head - machine_size - page;
        munmap(base + (machine_size + page).count, tail.count);
        benchmark::DoNotOptimize(map(machine_size, PROT_READ | PROT_WRITE, MAP_FIXED, base));
        madvise(base, machine_size.count, MADV_MERGEABLE);
        madvise(base, machine_size.count, MADV_HUGEPAGE);
        munmap(base, (machine_size + page).count);
    }
}

/// While it lives the kernel gives no huge pages, whatever it is advised.
struct SmallPages {
    explicit SmallPages(bool small) { prctl(PR_SET_THP_DISABLE, small ? 1 : 0, 0, 0, 0); }
    SmallPages(const SmallPages&) = delete;
    SmallPages& operator=(const SmallPages&) = delete;
    ~SmallPages() { prctl(PR_SET_THP_DISABLE, 0, 0, 0, 0); }
};

void many_machines(benchmark::State& state, bool small) {
    const SmallPages pages(small);
    for (auto _ : state) {
        touch_first(state);
        std::vector<Machine<Large, hostmem::Anonymous>> machines;
        machines.reserve(many);
        for (std::size_t i = 0; i != many; ++i) {
            auto machine = Machine<Large, hostmem::Anonymous>::create();
            if (!machine || !machine->store<std::uint8_t>(at(0x8000'0000), 1))
                return state.SkipWithError("no machine");
            machines.push_back(std::move(*machine));
        }
    }
}

void many_bare(benchmark::State& state, bool small, bool advised) {
    const SmallPages pages(small);
    std::vector<std::byte*> spaces(many);
    for (auto _ : state) {
        touch_first(state);
        for (std::byte*& space : spaces) {
            space = map(1_GiB, PROT_READ | PROT_WRITE);
            if (space == nullptr) return state.SkipWithError("mmap failed");
            if (advised) madvise(space, (1_GiB).count, MADV_HUGEPAGE);
            *static_cast<volatile std::byte*>(space) = std::byte{1};
        }
        for (std::byte* const space : spaces) munmap(space, (1_GiB).count);
    }
}

}  // namespace

int main(int argc, char** argv) {
    using Function = void (*)(benchmark::State&);
    const auto populate = [](const char* name, Function function) {
        for (const int threads : {1, 2})
            benchmark::RegisterBenchmark(name, function)
                ->Arg(threads)
                ->Iterations(1)
                ->Unit(benchmark::kMillisecond)
                ->MeasureProcessCPUTime();
    };
    populate("populate/wirewrap", populate_wirewrap);
    populate("populate/bare", populate_bare);
    for (const auto& [name, function] :
         {std::pair<const char*, Function>{"fresh/machine", fresh_machine<Small>},
          {"fresh/bare", fresh_bare<machine_size>},
          {"fresh/bare_aligned", fresh_bare_aligned},
          {"fresh/devices", fresh_machine<WithDevices>},
          {"fresh/bare_16", fresh_bare<16_MiB>}})
        benchmark::RegisterBenchmark(name, function)->Unit(benchmark::kMicrosecond);
    const auto at_once = [](const std::string& name, auto function) {
        benchmark::RegisterBenchmark(name.c_str(), function)->Iterations(1)->Unit(benchmark::kMillisecond);
    };
    for (const bool small : {false, true}) {
        const std::string pages = small ? "/small" : "/huge";
        at_once("many/machine" + pages, [small](benchmark::State& state) { many_machines(state, small); });
        at_once("many/bare" + pages, [small](benchmark::State& state) { many_bare(state, small, false); });
        at_once("many/advised" + pages, [small](benchmark::State& state) { many_bare(state, small, true); });
    }
    benchmark::Initialize(&argc, argv);
    if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 1;
    benchmark::RunSpecifiedBenchmarks();
    return 0;
}
