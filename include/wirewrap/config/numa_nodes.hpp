// A table of guest NUMA nodes and their distances, and what can be wrong with it. Every rule is constexpr: a table that is
// a constant meets it in the compiler, one from options meets the same sentence at run time.
//
//     constexpr std::array nodes{NumaNode{0, 512_MiB}, NumaNode{1, 512_MiB}, NumaNode{2}};      // node 2 has CPUs only
//     constexpr std::array apart{NumaDistance{0, 1, 20}, NumaDistance{0, 2, 20}, NumaDistance{1, 2, 15}};
//     static_assert(NumaTable<nodes, apart, 1_GiB>);          // the compiler prints the sentence against it
//     rules::numa_nodes(nodes, 1_GiB).view();                // the same sentence at run time
//     numa_distance(apart, 1, 0);                            // 20: said one way, it holds both ways
//
// Source: hw/core/numa.c of QEMU 7.2; distances are those of the ACPI table SLIT.
#pragma once

#include <array>
#include <cstddef>
#include <limits>
#include <optional>
#include <span>

#include <wirewrap/base/bytes.hpp>
#include <wirewrap/base/verdict.hpp>

namespace wirewrap::config {

inline constexpr unsigned numa_node_limit = 128;  // QEMU's MAX_NODES
inline constexpr unsigned local_distance = 10;
inline constexpr unsigned remote_distance = 20;      // where no distances are given
inline constexpr unsigned no_distance_beyond = 255;  // which says: unreachable

struct NumaNode {
    unsigned id = 0;
    Bytes size{};  // 0: no memory

    friend constexpr bool operator==(const NumaNode&, const NumaNode&) = default;
};

struct NumaDistance {
    unsigned from = 0;
    unsigned to = 0;
    unsigned value = remote_distance;

    friend constexpr bool operator==(const NumaDistance&, const NumaDistance&) = default;
};

/// The distance as the table says it, the last word counting; otherwise the way back; otherwise what holds without a table.
constexpr unsigned numa_distance(std::span<const NumaDistance> given, unsigned from, unsigned to) {
    std::optional<unsigned> there, back;
    for (const NumaDistance& distance : given) {
        if (distance.from == from && distance.to == to) there = distance.value;
        if (distance.from == to && distance.to == from) back = distance.value;
    }
    if (there) return *there;
    if (back) return *back;
    return from == to ? local_distance : remote_distance;
}

namespace rules {

constexpr Verdict numa_node_id(std::uint64_t id) {
    if (id < numa_node_limit) return accepted();
    return refused("nodeid=", id, ": nodes are numbered 0 to ", numa_node_limit - 1);
}

/// Ids are 0 to n - 1, each once and in any order; the nodes have the RAM between them, no more and no less.
constexpr Verdict numa_nodes(std::span<const NumaNode> nodes, Bytes ram) {
    std::array<bool, numa_node_limit> there{};
    Bytes sum{};
    bool overflow = false;
    for (const NumaNode& node : nodes) {
        if (const Verdict id = numa_node_id(node.id); !id) return id;
        if (there[node.id])
            return refused("NUMA node ", node.id, " is there twice: give each node an id of its own");
        there[node.id] = true;
        overflow = overflow || node.size.count > std::numeric_limits<std::uint64_t>::max() - sum.count;
        sum += node.size;
    }
    for (std::size_t id = 0; id != nodes.size(); ++id)
        if (!there[id])
            return refused("NUMA node ", id, " is missing: ids go from 0 to the number of nodes less one, ",
                           nodes.size() - 1);
    if (nodes.empty() || (sum == ram && !overflow)) return accepted();
    if (overflow)
        return refused("the NUMA nodes have 2^64 bytes or more between them, but the RAM size is ", ram);
    return refused("the NUMA nodes have ", sum, " between them, but the RAM size is ", ram,
                   ": give the nodes backends of ", ram, " together, or ask for ", sum, " of RAM");
}

/// One distance among nodes of which `exists(id)` says whether there are.
template <class Exists>
constexpr Verdict numa_distance_entry(const NumaDistance& distance, Exists exists) {
    for (const unsigned node : {distance.from, distance.to}) {
        if (const Verdict id = numa_node_id(node); !id) return id;
        if (!exists(node))
            return refused("the distance between nodes ", distance.from, " and ", distance.to, " names node ",
                           node, ", which there is not (yet): declare it first");
    }
    if (distance.value < local_distance || distance.value > no_distance_beyond)
        return refused("distance ", distance.value, " between nodes ", distance.from, " and ", distance.to,
                       ": use ", local_distance, " to ", no_distance_beyond - 1, ", or ", no_distance_beyond,
                       " for unreachable");
    if (distance.from == distance.to && distance.value != local_distance)
        return refused("distance ", distance.value, " from node ", distance.from, " to itself: it is ",
                       local_distance);
    return accepted();
}

/// Of nodes 0 to `count` - 1: no distance at all, or one for each pair; where a pair has two that differ, all pairs have
/// both.
constexpr Verdict numa_distances(std::span<const NumaDistance> given, std::size_t count) {
    if (given.empty()) return accepted();
    for (const NumaDistance& distance : given)
        if (const Verdict entry = numa_distance_entry(distance, [&](unsigned node) { return node < count; });
            !entry)
            return entry;
    const auto said = [&](unsigned from, unsigned to) {
        bool found = false;
        for (const NumaDistance& distance : given)
            found = found || (distance.from == from && distance.to == to);
        return found;
    };
    const auto each_pair = [&](auto rule) {
        Verdict verdict;
        for (unsigned a = 0; a != count && verdict; ++a)
            for (unsigned b = a + 1; b < count && verdict; ++b) verdict = rule(a, b);
        return verdict;
    };
    std::optional<std::array<unsigned, 2>> unequal;
    const Verdict missing = each_pair([&](unsigned a, unsigned b) {
        if (!said(a, b) && !said(b, a))
            return refused("the distance between nodes ", a, " and ", b,
                           " is missing: give one for each pair of nodes, or none at all");
        if (said(a, b) && said(b, a) && numa_distance(given, a, b) != numa_distance(given, b, a))
            unequal = std::array{a, b};
        return accepted();
    });
    if (!missing || !unequal) return missing;
    return each_pair([&](unsigned a, unsigned b) {
        if (said(a, b) && said(b, a)) return accepted();
        return refused("nodes ", (*unequal)[0], " and ", (*unequal)[1],
                       " are not as far apart there as back, so every pair needs both distances, but nodes ",
                       a, " and ", b, " have one: give the other");
    });
}

/// Of a whole table.
constexpr Verdict numa_table(std::span<const NumaNode> nodes, std::span<const NumaDistance> distances,
                             Bytes ram) {
    Verdict verdict = numa_nodes(nodes, ram);
    if (verdict) verdict = numa_distances(distances, nodes.size());
    return verdict;
}

}  // namespace rules

inline constexpr std::array<NumaDistance, 0> no_distances{};

/// A table that is a constant: arrays of `NumaNode` and `NumaDistance` (`no_distances` where none are given), and the RAM.
template <const auto& Nodes, const auto& Distances, Bytes Ram>
concept NumaTable =
    Accepted<Says<fixed_text<[] { return rules::numa_table(Nodes, Distances, Ram).reason(); }>()>>;

}  // namespace wirewrap::config
