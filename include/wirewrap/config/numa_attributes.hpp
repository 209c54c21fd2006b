// What the nodes' memory is like to whom: `-numa hmat-lb` (latency and bandwidth) and `-numa hmat-cache` (caches beside the
// memory), which a guest reads in the ACPI table HMAT.
//
//     NumaAttributes attributes;
//     attributes.add(NumaLatencyBandwidth{.initiator = 0, .target = 1, .kind = MemoryData::access_latency, .value = 5}, nodes);
//     attributes.add(NumaCache{.node = 1, .size = 10_KiB, .level = 1}, nodes);
//
// Each entry is held against the nodes and the entries before it. Source: ACPI 6.3, 5.2.27; hw/core/numa.c of QEMU 7.2,
// which takes an initiator or target one past the last node.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <numeric>
#include <span>
#include <string_view>
#include <vector>

#include <wirewrap/base/bytes.hpp>
#include <wirewrap/base/error.hpp>
#include <wirewrap/base/verdict.hpp>

namespace wirewrap::config {

/// Of the memory itself, or of a cache beside it.
enum class MemoryHierarchy : std::uint8_t { memory, first_level, second_level, third_level };
inline constexpr std::array<std::string_view, 4> hierarchy_names{"memory", "first-level", "second-level",
                                                                 "third-level"};

enum class MemoryData : std::uint8_t {
    access_latency,
    read_latency,
    write_latency,
    access_bandwidth,
    read_bandwidth,
    write_bandwidth
};
inline constexpr std::array<std::string_view, 6> memory_data_names{"access-latency", "read-latency",
                                                                   "write-latency",  "access-bandwidth",
                                                                   "read-bandwidth", "write-bandwidth"};
constexpr bool is_latency(MemoryData kind) { return kind <= MemoryData::write_latency; }

struct NumaLatencyBandwidth {
    std::uint64_t initiator = 0;  // node of the CPUs
    std::uint64_t target = 0;     // node of the memory
    MemoryHierarchy hierarchy = MemoryHierarchy::memory;
    MemoryData kind = MemoryData::access_latency;
    std::uint64_t value = 0;  // nanoseconds, or bytes per second; 0: not known

    /// Entries of one table share a unit.
    constexpr bool same_table(const NumaLatencyBandwidth& other) const {
        return hierarchy == other.hierarchy && kind == other.kind;
    }
};

enum class CacheAssociativity : std::uint8_t { none, direct, complex };
inline constexpr std::array<std::string_view, 3> associativity_names{"none", "direct", "complex"};
enum class CacheWriting : std::uint8_t { none, write_back, write_through };
inline constexpr std::array<std::string_view, 3> writing_names{"none", "write-back", "write-through"};

struct NumaCache {
    std::uint64_t node = 0;
    Bytes size{};
    std::uint64_t level = 0;  // 1 to 3
    CacheAssociativity associativity = CacheAssociativity::none;
    CacheWriting writing = CacheWriting::none;
    std::uint64_t line = 0;  // bytes
};

/// What the attributes need to know of a node; the place in the list is the node's number.
struct NumaNodeFacts {
    bool exists = false;
    bool has_cpus = false;
};

namespace rules {

/// Entries of a table are 16 bits, of which 65535 says unreachable.
inline constexpr std::uint64_t largest_entry = 65534;

/// What a table counts in: the largest power of ten nanoseconds, or of two MiB per second, that divides all its values.
constexpr std::uint64_t table_unit(bool latency, std::uint64_t common_divisor) {
    const std::uint64_t step = latency ? 10 : 2;
    std::uint64_t unit = 1;
    while (common_divisor != 0 && common_divisor / unit % step == 0) unit *= step;
    return unit;
}

constexpr Verdict latency_bandwidth(const NumaLatencyBandwidth& entry,
                                    std::span<const NumaLatencyBandwidth> before,
                                    std::span<const NumaNodeFacts> nodes) {
    const std::string_view what = is_latency(entry.kind) ? "latency" : "bandwidth";
    const auto exists = [&](std::uint64_t node) { return node < nodes.size() && nodes[node].exists; };
    if (!exists(entry.initiator))
        return refused("initiator=", entry.initiator,
                       ": there is no such node (yet): write its -numa node before");
    if (!nodes[entry.initiator].has_cpus)
        return refused("initiator=", entry.initiator,
                       ": that node has no CPUs, and memory is accessed by CPUs: name one that has");
    if (!exists(entry.target))
        return refused("target=", entry.target, ": there is no such node (yet): write its -numa node before");
    if (!is_latency(entry.kind) && entry.value % (1u << 20) != 0)
        return refused("bandwidth=", Bytes{entry.value}, " per second between initiator=", entry.initiator,
                       " and target=", entry.target, " is not a whole number of MiB: round it");
    std::uint64_t divisor = entry.value, largest = entry.value;
    for (const NumaLatencyBandwidth& other : before) {
        if (!entry.same_table(other)) continue;
        if (other.initiator == entry.initiator && other.target == entry.target)
            return refused("the ", memory_data_names[static_cast<std::size_t>(entry.kind)], " of ",
                           hierarchy_names[static_cast<std::size_t>(entry.hierarchy)],
                           " between initiator=", entry.initiator, " and target=", entry.target,
                           " is there already: leave one out");
        divisor = std::gcd(divisor, other.value);
        largest = std::max(largest, other.value);
    }
    const std::uint64_t unit = table_unit(is_latency(entry.kind), divisor);
    if (largest / unit > largest_entry)
        return refused(what, "=", entry.value, " between initiator=", entry.initiator,
                       " and target=", entry.target, ": with those before it the table counts in units of ",
                       unit, ", and ", largest, " is more than ", largest_entry,
                       " of them: round the values");
    return accepted();
}

constexpr Verdict memory_cache(const NumaCache& cache, std::span<const NumaCache> before,
                               std::span<const NumaLatencyBandwidth> known,
                               std::span<const NumaNodeFacts> nodes) {
    if (cache.node >= nodes.size() || !nodes[cache.node].exists)
        return refused("node-id=", cache.node, ": there is no such node (yet): write its -numa node before");
    bool latency = false, bandwidth = false;
    for (const NumaLatencyBandwidth& entry : known)
        if (entry.target == cache.node && entry.value != 0)
            (is_latency(entry.kind) ? latency : bandwidth) = true;
    if (!latency || !bandwidth)
        return refused("node-id=", cache.node, " has no ", latency ? "bandwidth" : "latency",
                       " (yet): write its -numa hmat-lb for both before its caches");
    if (cache.level < 1 || cache.level > 3)
        return refused("level=", cache.level, ": caches have levels 1 to 3");
    const NumaCache* below = nullptr;
    for (const NumaCache& other : before) {
        if (other.node != cache.node) continue;
        if (other.level == cache.level)
            return refused("level=", cache.level, " of node-id=", cache.node,
                           " is there already: leave one out");
        if (other.level + 1 == cache.level) below = &other;
    }
    if (cache.level == 1) return accepted();
    if (below == nullptr)
        return refused("level=", cache.level, " of node-id=", cache.node, " comes after level ",
                       cache.level - 1, ", which is not there (yet): write that before");
    if (cache.size <= below->size)
        return refused("size=", cache.size, " of level=", cache.level, " is no more than the ", below->size,
                       " of level=", cache.level - 1, ": a cache nearer to the memory is larger");
    return accepted();
}

}  // namespace rules

class NumaAttributes {
public:
    Expected<void> add(const NumaLatencyBandwidth& entry, std::span<const NumaNodeFacts> nodes) {
        if (const Verdict verdict = rules::latency_bandwidth(entry, entries_, nodes); !verdict)
            return std::unexpected(verdict.error());
        entries_.push_back(entry);
        return {};
    }
    Expected<void> add(const NumaCache& cache, std::span<const NumaNodeFacts> nodes) {
        if (const Verdict verdict = rules::memory_cache(cache, caches_, entries_, nodes); !verdict)
            return std::unexpected(verdict.error());
        caches_.push_back(cache);
        return {};
    }

    const std::vector<NumaLatencyBandwidth>& latencies_and_bandwidths() const { return entries_; }
    const std::vector<NumaCache>& caches() const { return caches_; }

private:
    std::vector<NumaLatencyBandwidth> entries_;
    std::vector<NumaCache> caches_;
};

}  // namespace wirewrap::config
