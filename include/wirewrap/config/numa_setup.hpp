// The NUMA nodes that `-numa` options describe, each option held against those before it, all of them held against the RAM.
//
//     NumaSetup setup({.features = machine_features("x86_64/pc-i440fx-7.2"), .cpus = topology});
//     setup.add(*parse_numa("node,memdev=m0"), backend_sizes);
//     setup.complete(1_GiB);                                    // nodes, distances and CPUs agree
//     setup.nodes()[0].memdev;                                  // "m0": main RAM is m0, then the next node's
//
// Source: hw/core/numa.c of QEMU 7.2, measured.
#pragma once

#include <algorithm>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <wirewrap/base/bytes.hpp>
#include <wirewrap/base/error.hpp>
#include <wirewrap/base/verdict.hpp>
#include <wirewrap/config/machine_features.hpp>
#include <wirewrap/config/numa_attributes.hpp>
#include <wirewrap/config/numa_nodes.hpp>
#include <wirewrap/config/numa_option.hpp>
#include <wirewrap/config/smp_option.hpp>

namespace wirewrap::config {

/// The machine that the nodes are of.
struct NumaMachine {
    MachineFeatures features{};
    CpuTopology cpus{};
    bool hmat = false;  // -machine hmat=on
};

struct NumaNodeSetup {
    NumaNode node{};
    std::string memdev{};  // empty: no memory, or mem=
    std::optional<unsigned> initiator{};
};

class NumaSetup {
public:
    /// The size of the backend with that id; nothing when there is none.
    using FindBackend = std::function<std::optional<Bytes>(std::string_view)>;

    explicit NumaSetup(NumaMachine machine)
        : machine_(std::move(machine)), cpu_nodes_(static_cast<std::size_t>(machine_.cpus.maximum)) {}

    Expected<void> add(const NumaOption& option, const FindBackend& find) {
        if (!machine_.features.numa) return fail("this machine has no NUMA nodes: leave -numa out");
        if (const auto* node = std::get_if<NumaNodeOption>(&option)) return add_node(*node, find);
        if (const auto* distance = std::get_if<NumaDistance>(&option)) return add_distance(*distance);
        if (const auto* cpu = std::get_if<NumaCpuOption>(&option)) return add_cpu(*cpu);
        if (!machine_.hmat)
            return fail("hmat-lb and hmat-cache are for the table of memory attributes (HMAT): add -machine "
                        "hmat=on, or leave them out");
        if (const auto* entry = std::get_if<NumaLatencyBandwidth>(&option))
            return attributes_.add(*entry, facts());
        return attributes_.add(std::get<NumaCache>(option), facts());
    }

    /// To be called once, after the last option. Puts the nodes in the order of their ids.
    Expected<void> complete(Bytes ram) {
        std::ranges::sort(nodes_, {}, [](const NumaNodeSetup& setup) { return setup.node.id; });
        std::vector<NumaNode> table;
        for (const NumaNodeSetup& setup : nodes_) table.push_back(setup.node);
        if (const Verdict verdict = rules::numa_nodes(table, ram); !verdict)
            return std::unexpected(verdict.error());
        for (auto a = nodes_.begin(); a != nodes_.end(); ++a)
            for (auto b = a + 1; b != nodes_.end(); ++b)
                if (!a->memdev.empty() && a->memdev == b->memdev)
                    return fail("memory backend ", a->memdev, " is memdev of nodes ", a->node.id, " and ",
                                b->node.id, ": a backend is the memory of one node; give each its own");
        if (const Verdict verdict = rules::numa_distances(distances_, nodes_.size()); !verdict)
            return std::unexpected(verdict.error());
        place_cpus();
        if (const auto placed = check_rows(); !placed) return placed;
        return check_initiators();
    }

    const std::vector<NumaNodeSetup>& nodes() const { return nodes_; }
    const std::vector<NumaDistance>& distances() const { return distances_; }
    /// For the table HMAT.
    const NumaAttributes& attributes() const { return attributes_; }
    /// By CPU index.
    std::optional<unsigned> node_of_cpu(std::size_t index) const { return cpu_nodes_[index]; }
    /// True when the nodes' backends are the RAM.
    bool has_backends() const { return has_backends_; }

private:
    /// Of the nodes so far.
    std::vector<NumaNodeFacts> facts() const {
        std::vector<NumaNodeFacts> facts(numa_node_limit);
        for (const NumaNodeSetup& setup : nodes_) facts[setup.node.id].exists = true;
        for (const auto& node : cpu_nodes_)
            if (node) facts[*node].has_cpus = true;
        return facts;
    }

    bool exists(std::uint64_t id) const {
        return std::ranges::any_of(nodes_, [&](const NumaNodeSetup& setup) { return setup.node.id == id; });
    }

    Expected<void> add_node(const NumaNodeOption& option, const FindBackend& find) {
        const std::uint64_t id = option.id.value_or(nodes_.size());
        if (const Verdict verdict = rules::numa_node_id(id); !verdict)
            return std::unexpected(verdict.error());
        if (exists(id)) return fail("nodeid=", id, " is there twice: give each node an id of its own");
        NumaNodeSetup setup;
        setup.node.id = static_cast<unsigned>(id);
        if (option.initiator) {
            if (!machine_.hmat)
                return fail(
                    "initiator=", *option.initiator,
                    " is for the table of memory attributes (HMAT): add -machine hmat=on, or leave it out");
            if (*option.initiator >= numa_node_limit)
                return fail("initiator=", *option.initiator, ": nodes are numbered 0 to ",
                            numa_node_limit - 1);
            setup.initiator = static_cast<unsigned>(*option.initiator);
        }
        if (const auto memory = add_memory(option, find, setup); !memory) return memory;
        for (const std::uint64_t cpu : option.cpus)
            if (const auto placed = place_index(cpu, setup.node.id); !placed) return placed;
        nodes_.push_back(std::move(setup));
        return {};
    }

    Expected<void> add_memory(const NumaNodeOption& option, const FindBackend& find, NumaNodeSetup& setup) {
        has_sizes_ = has_sizes_ || option.mem;
        has_backends_ = has_backends_ || option.memdev;
        if (has_sizes_ && has_backends_)
            return fail(
                "mem= and memdev= do not go together, on one node or on several: give every node that has "
                "memory a memdev");
        if (option.mem && !machine_.features.node_mem)
            return fail(
                "mem= is not for this machine: create a backend with -object and name it with memdev=");
        setup.node.size = option.mem.value_or(Bytes{});
        if (!option.memdev) return {};
        setup.memdev = *option.memdev;
        const auto size = find(setup.memdev);
        if (!size)
            return fail("memdev=", setup.memdev, ": there is no such memory backend: create it with -object");
        setup.node.size = *size;
        return {};
    }

    Expected<void> add_distance(const NumaDistance& distance) {
        const Verdict verdict = rules::numa_distance_entry(distance, [&](unsigned id) { return exists(id); });
        if (!verdict) return std::unexpected(verdict.error());
        distances_.push_back(distance);
        return {};
    }

    Expected<void> add_cpu(const NumaCpuOption& option) {
        if (!option.node) return fail("node-id is missing: name the node that the CPUs belong to");
        if (!exists(*option.node))
            return fail("node-id=", *option.node,
                        ": there is no such node (yet): write its -numa node before");
        for (const auto& [level, number] : option.place)
            // A machine whose sockets have one die each does not speak of dies; modules likewise.
            if (!machine_.features.has(level) || (level == CpuLevel::die && machine_.cpus.dies == 1) ||
                (level == CpuLevel::module && machine_.cpus.modules == 1))
                return fail(detail::level_name(level), "=", number, ": this machine's CPUs have none");
        bool matched = false;
        for (std::size_t cpu = 0; cpu != cpu_nodes_.size(); ++cpu) {
            if (!at_place(cpu, option)) continue;
            matched = true;
            if (const auto placed = place_index(cpu, static_cast<unsigned>(*option.node)); !placed)
                return placed;
        }
        if (matched) return {};
        return fail("no CPU is at that place: -smp says which there are, 0 to ", cpu_nodes_.size() - 1,
                    " altogether");
    }

    bool at_place(std::size_t cpu, const NumaCpuOption& option) const {
        CpuPlace place = cpu_place(machine_.cpus, cpu);
        // Where a machine's CPUs have one level and no other, it counts all of them: threads; cores of RISC-V machines, whatever
        // their threads; cores of pSeries by their first thread.
        if (machine_.features.cpu_levels == static_cast<std::uint8_t>(CpuLevel::thread)) place.thread = cpu;
        if (machine_.features.cpu_levels == static_cast<std::uint8_t>(CpuLevel::core))
            place.core = cpu - (machine_.features.nodes_in_a_row ? 0 : place.thread);
        return std::ranges::all_of(option.place, [&](const auto& wanted) {
            switch (wanted.first) {
            case CpuLevel::drawer: return place.drawer == wanted.second;
            case CpuLevel::book: return place.book == wanted.second;
            case CpuLevel::socket: return place.socket == wanted.second;
            case CpuLevel::die: return place.die == wanted.second;
            case CpuLevel::cluster: return place.cluster == wanted.second;
            case CpuLevel::module: return place.module == wanted.second;
            case CpuLevel::core: return place.core == wanted.second;
            case CpuLevel::thread: break;
            }
            return place.thread == wanted.second;
        });
    }

    Expected<void> place_index(std::uint64_t cpu, unsigned node) {
        if (cpu >= cpu_nodes_.size())
            return fail("CPU ", cpu, " is none of this machine's, which are numbered 0 to ",
                        cpu_nodes_.size() - 1, ": name one of them, or raise -smp");
        auto& placed = cpu_nodes_[static_cast<std::size_t>(cpu)];
        if (placed && *placed != node)
            return fail("CPU ", cpu, " belongs to node ", *placed, " already: name each CPU for one node");
        placed = node;
        return {};
    }

    /// CPUs that no option placed: round the nodes when there are none that were placed, or as many in each, one node after
    /// the other, where a machine has them in a row; otherwise with node 0.
    void place_cpus() {
        if (nodes_.empty()) return;
        const bool none = std::ranges::none_of(cpu_nodes_, [](const auto& node) { return node.has_value(); });
        const std::size_t count = nodes_.size(), in_each = std::max<std::size_t>(
                                                     static_cast<std::size_t>(machine_.cpus.cpus) / count, 1);
        const auto node_of = [&](std::size_t cpu) {
            return machine_.features.nodes_in_a_row ? std::min(cpu / in_each, count - 1) : cpu % count;
        };
        for (std::size_t cpu = 0; cpu != cpu_nodes_.size(); ++cpu)
            if (!cpu_nodes_[cpu]) cpu_nodes_[cpu] = none ? static_cast<unsigned>(node_of(cpu)) : 0;
    }

    /// Hart ids of a RISC-V node are told as the first and how many.
    Expected<void> check_rows() const {
        if (!machine_.features.nodes_in_a_row) return {};
        const std::size_t present = static_cast<std::size_t>(machine_.cpus.cpus);
        for (const NumaNodeSetup& setup : nodes_) {
            const auto here = [&](std::size_t cpu) { return cpu_nodes_[cpu] == setup.node.id; };
            std::size_t first = 0;
            while (first != present && !here(first)) ++first;
            if (first == present)
                return fail("node ", setup.node.id,
                            " has no CPUs, and each node of this machine has some: give it some with "
                            "cpus=, raise -smp, or leave the node out");
            std::size_t end = first;
            while (end != present && here(end)) ++end;
            for (std::size_t cpu = end; cpu != present; ++cpu)
                if (here(cpu))
                    return fail("node ", setup.node.id, " has CPUs ", first, " to ", end - 1, " and ", cpu,
                                ": CPUs of a node of this machine follow one another; give it those between, "
                                "or fewer");
        }
        return {};
    }

    Expected<void> check_initiators() const {
        const auto has_cpus = [&](unsigned node) {
            return std::ranges::find(cpu_nodes_, node) != cpu_nodes_.end();
        };
        for (const NumaNodeSetup& setup : nodes_) {
            if (!setup.initiator) continue;
            const unsigned node = setup.node.id, initiator = *setup.initiator;
            if (has_cpus(node) && initiator != node)
                return fail("initiator=", initiator, " of node ", node,
                            ", which has CPUs and so is its own: use initiator=", node, ", or leave it out");
            if (!exists(initiator))
                return fail("initiator=", initiator, " of node ", node,
                            ": there is no such node: add it with -numa node");
            if (!has_cpus(initiator))
                return fail("initiator=", initiator, " of node ", node,
                            ": that node has no CPUs: name one that has");
        }
        return {};
    }

    NumaMachine machine_;
    std::vector<NumaNodeSetup> nodes_;
    std::vector<NumaDistance> distances_;
    NumaAttributes attributes_;
    std::vector<std::optional<unsigned>> cpu_nodes_;
    bool has_sizes_ = false;
    bool has_backends_ = false;
};

}  // namespace wirewrap::config
