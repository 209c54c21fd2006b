// Registers the measurements of one target: every pattern, loads and stores. A target has
//
//     static constexpr auto name = "virtual_8";
//     static constexpr std::size_t devices = 8;
//     std::uint64_t load(std::uint32_t address);
//     void store(std::uint32_t address, std::uint64_t value);
//     bool good() const;                                     // false: it could not be set up
//
// The names are `virtual_8/random_1m/load`, the figure is items (accesses) a second of CPU time.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <utility>

#include <benchmark/benchmark.h>

#include "patterns.hpp"

namespace access_benchmark {

template <class Target>
void loads(benchmark::State& state, Target& target, const Addresses& list) {
    for (auto _ : state) {
        std::uint64_t sum = 0;
        for (const std::uint32_t address : list) sum += target.load(address);
        std::uint64_t kept =
            sum;  // so that the sum itself stays in a register: clang keeps in memory what is kept alive
        benchmark::DoNotOptimize(kept);
    }
    state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(list.size()));
}

template <class Target>
void stores(benchmark::State& state, Target& target, const Addresses& list) {
    for (auto _ : state) {
        std::uint64_t value = 0;
        for (const std::uint32_t address : list) target.store(address, value++);
        benchmark::ClobberMemory();
    }
    state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(list.size()));
}

using ListOf = Addresses (*)(Pattern, std::size_t);

/// Lists are made once for all targets that share them.
inline std::shared_ptr<const Addresses> shared_list(ListOf list_of, Pattern pattern, std::size_t devices) {
    static std::map<std::tuple<ListOf, Pattern, std::size_t>, std::shared_ptr<const Addresses>> lists;
    auto& list = lists[{list_of, pattern, devices}];
    if (!list) list = std::make_shared<const Addresses>(list_of(pattern, devices));
    return list;
}

/// `make` sets up the target before its first measurement, and it stays until the end of the program: populating memory
/// is no part of an access. Patterns that are not `wanted` are left out.
template <class Target>
void measure(
    ListOf list_of, std::function<std::unique_ptr<Target>()> make,
    std::function<bool(Pattern)> wanted = [](Pattern) { return true; }) {
    auto target = std::make_shared<std::unique_ptr<Target>>();
    const auto prepare = [=](benchmark::State& state) -> Target* {
        if (!*target) *target = make();
        if (*target && (*target)->good()) return target->get();
        state.SkipWithError("could not be set up");
        return nullptr;
    };
    for (const Pattern pattern : patterns) {
        if (!wanted(pattern)) continue;
        const std::string name = std::string(Target::name) + "/" + std::string(name_of(pattern));
        benchmark::RegisterBenchmark((name + "/load").c_str(), [=](benchmark::State& state) {
            if (Target* ready = prepare(state))
                loads(state, *ready, *shared_list(list_of, pattern, Target::devices));
        });
        benchmark::RegisterBenchmark((name + "/store").c_str(), [=](benchmark::State& state) {
            if (Target* ready = prepare(state))
                stores(state, *ready, *shared_list(list_of, pattern, Target::devices));
        });
    }
}

}  // namespace access_benchmark
