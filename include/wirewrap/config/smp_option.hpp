// `-smp [cpus=]N[,sockets=…,dies=…,clusters=…,cores=…,threads=…,maxcpus=M]`: how many CPUs, and which is where.
//
//     const auto cpus = parse_smp("2,sockets=2", false);
//     cpu_place(*cpus, 1);                                   // {.socket = 1, .core = 0, …}
//
// What is left out, or 0, is worked out from the rest, as QEMU does it: hw/core/machine-smp.c.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include <wirewrap/base/error.hpp>
#include <wirewrap/config/key_values.hpp>
#include <wirewrap/config/property.hpp>

namespace wirewrap::config {

struct CpuTopology {
    std::uint64_t cpus = 1;
    std::uint64_t sockets = 1, dies = 1, clusters = 1, cores = 1, threads = 1;
    std::uint64_t maximum = 1;

    friend bool operator==(const CpuTopology&, const CpuTopology&) = default;
};

/// Where a CPU sits, counted within the level above.
struct CpuPlace {
    std::uint64_t socket = 0, die = 0, cluster = 0, core = 0, thread = 0;

    friend constexpr bool operator==(const CpuPlace&, const CpuPlace&) = default;
};

inline CpuPlace cpu_place(const CpuTopology& t, std::uint64_t index) {
    const std::uint64_t core = index / t.threads, cluster = core / t.cores, die = cluster / t.clusters;
    return {die / t.dies, die % t.dies, cluster % t.clusters, core % t.cores, index % t.threads};
}

/// `prefers_sockets`: CPUs that are not placed are sockets; otherwise cores.
inline Expected<CpuTopology> parse_smp(std::string_view text, bool prefers_sockets) {
    constexpr std::uint64_t most = 4096;  // of anything; the product of all levels then fits into 64 bits
    const auto properties = parse_key_values(text, "cpus");
    if (!properties) return std::unexpected(properties.error());
    std::uint64_t cpus = 0, sockets = 0, dies = 1, clusters = 1, cores = 0, threads = 0, maximum = 0;
    for (const Property& property : *properties) {
        bool known = false;
        const auto one = [&](std::string_view name, std::uint64_t& target) -> Expected<void> {
            if (property.name != name) return {};
            known = true;
            return store([](const Property& p) { return read_number(p, most); }, property, target);
        };
        for (const auto& stored :
             {one("cpus", cpus), one("sockets", sockets), one("dies", dies), one("clusters", clusters),
              one("cores", cores), one("threads", threads), one("maxcpus", maximum)})
            if (!stored) return std::unexpected(stored.error());
        if (!known)
            return fail(property.name, " is nothing that -smp knows: write cpus, sockets, dies, clusters, "
                                       "cores, threads or maxcpus");
    }
    const auto one_of = [](std::uint64_t& level) { level = level == 0 ? 1 : level; };
    for (auto* level : {&dies, &clusters}) one_of(*level);
    if (cpus == 0 && maximum == 0) {
        for (auto* level : {&sockets, &cores, &threads}) one_of(*level);
    } else {
        if (maximum == 0) maximum = cpus;
        std::uint64_t& first = prefers_sockets ? sockets : cores;
        std::uint64_t& second = prefers_sockets ? cores : sockets;
        const auto rest = [&](std::uint64_t others) { return maximum / (dies * clusters * others); };
        if (first == 0) {
            one_of(second);
            one_of(threads);
            first = rest(second * threads);
        } else if (second == 0) {
            one_of(threads);
            second = rest(first * threads);
        } else if (threads == 0) {
            threads = rest(first * second);
        }
    }
    const std::uint64_t product = sockets * dies * clusters * cores * threads;
    if (maximum == 0) maximum = product;
    if (cpus == 0) cpus = maximum;
    if (product != maximum)
        return fail("sockets ", sockets, " x dies ", dies, " x clusters ", clusters, " x cores ", cores,
                    " x threads ", threads, " are ", product, " CPUs, but there are ", maximum,
                    " at most: make the two equal, or leave one level out");
    if (cpus > maximum)
        return fail("cpus=", cpus, " is more than maxcpus=", maximum, ": use at least maxcpus=", cpus);
    return CpuTopology{cpus, sockets, dies, clusters, cores, threads, maximum};
}

}  // namespace wirewrap::config
