// RAM in order, in a loop that is proved inside once: `words` of guest memory beside a raw pointer over as many bytes. No
// address comes from a list here, so compilers may make vector operations of either.
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <utility>

#include <benchmark/benchmark.h>

#include <wirewrap/hostmem/anonymous.hpp>
#include <wirewrap/machine.hpp>
#include <wirewrap/machine/words.hpp>

#include "boards.hpp"
#include "targets.hpp"

namespace access_benchmark {

namespace {

constexpr std::size_t count = (1 << 20) / sizeof(std::uint64_t);

// Calls of their own, so that neither loop is compiled into the other's surroundings; what a loop sums up is used.
template <class Range>
[[gnu::noinline]] std::uint64_t sum_of(Range range) {
    std::uint64_t sum = 0;
    for (std::size_t i = 0; i != count; ++i) sum += range[i];
    return sum;
}
template <class Range>
[[gnu::noinline]] void fill(Range range, std::uint64_t value) {
    for (std::size_t i = 0; i != count; ++i) range[i] = value + i;
}

/// `ready(machine)` is the range, made anew for each loop: the one check is a part of it.
template <class Ready>
void add(const char* name, Ready ready) {
    using M = Machine<OneWindow<8>, hostmem::Anonymous>;
    const auto made = [] {
        auto machine = M::create({.ram_size = ram_size, .memory = {.prealloc = true}});
        return machine ? std::make_shared<M>(std::move(*machine)) : nullptr;
    };
    benchmark::RegisterBenchmark(
        (std::string(name) + "/in_order_1m/load").c_str(), [=](benchmark::State& state) {
            const auto machine = made();
            if (!machine) return state.SkipWithError("could not be set up");
            for (auto _ : state) benchmark::DoNotOptimize(sum_of(ready(*machine)));
            state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(count));
        });
    benchmark::RegisterBenchmark(
        (std::string(name) + "/in_order_1m/store").c_str(), [=](benchmark::State& state) {
            const auto machine = made();
            if (!machine) return state.SkipWithError("could not be set up");
            std::uint64_t value = 0;
            for (auto _ : state) {
                fill(ready(*machine), ++value);
                benchmark::ClobberMemory();
            }
            state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(count));
        });
}

}  // namespace

void add_in_order() {
    add("words", [](auto& machine) { return words<std::uint64_t>(machine, ram_base, count); });
    add("pointer",
        [](auto& machine) { return reinterpret_cast<std::uint64_t*>(machine.ram_memory()->data()); });
}

}  // namespace access_benchmark
