// `-numa node|dist|cpu|hmat-lb|hmat-cache,…`: what one option says, before it is held against the others.
//
//     auto option = parse_numa("node,nodeid=0,memdev=m0,cpus=0-1");     // a NumaNodeOption
//     auto option = parse_numa("dist,src=0,dst=1,val=20");              // a NumaDistance
//     auto option = parse_numa("cpu,node-id=0,socket-id=0");            // a NumaCpuOption
//     auto option = parse_numa("hmat-lb,initiator=0,target=1,hierarchy=memory,data-type=access-latency,latency=5");
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <initializer_list>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include <wirewrap/base/bytes.hpp>
#include <wirewrap/base/error.hpp>
#include <wirewrap/config/key_values.hpp>
#include <wirewrap/config/machine_features.hpp>
#include <wirewrap/config/numa_attributes.hpp>
#include <wirewrap/config/numa_nodes.hpp>
#include <wirewrap/config/property.hpp>
#include <wirewrap/config/ram_size.hpp>

namespace wirewrap::config {

struct NumaNodeOption {
    std::optional<std::uint64_t> id{};  // left out: how many nodes there are already
    std::vector<std::uint64_t> cpus{};  // indices
    std::optional<Bytes> mem{};
    std::optional<std::string> memdev{};
    std::optional<std::uint64_t> initiator{};
};

/// The CPUs at a place, of which some levels are left open.
struct NumaCpuOption {
    std::optional<std::uint64_t> node{};
    std::vector<std::pair<CpuLevel, std::uint64_t>> place{};
};

using NumaOption = std::variant<NumaNodeOption, NumaDistance, NumaCpuOption, NumaLatencyBandwidth, NumaCache>;

namespace detail {

inline constexpr std::array<std::pair<std::string_view, CpuLevel>, 5> cpu_level_names{
    {{"socket-id", CpuLevel::socket},
     {"die-id", CpuLevel::die},
     {"cluster-id", CpuLevel::cluster},
     {"core-id", CpuLevel::core},
     {"thread-id", CpuLevel::thread}}};

inline Expected<std::uint64_t> read_any_number(const Property& property) {
    return read_number(property, std::numeric_limits<std::uint64_t>::max());
}
inline std::unexpected<Error> unknown_in_numa(const Property& property, std::string_view type) {
    return fail(property.name, " is nothing that -numa ", type, " knows");
}

inline Expected<NumaOption> read_node(const Properties& properties) {
    NumaNodeOption node;
    for (const Property& p : properties) {
        Expected<void> stored;
        if (p.name == "nodeid")
            stored = store(read_any_number, p, node.id);
        else if (p.name == "mem")
            stored = store([](const Property& of) { return read_size(of, ram_option_unit); }, p, node.mem);
        else if (p.name == "memdev")
            stored = store(read_text, p, node.memdev);
        else if (p.name == "initiator")
            stored = store(read_any_number, p, node.initiator);
        else if (p.name == "cpus") {
            const auto cpus = read_numbers(p);
            if (!cpus) return std::unexpected(cpus.error());
            node.cpus.insert(node.cpus.end(), cpus->begin(), cpus->end());
        } else
            return unknown_in_numa(p, "node");
        if (!stored) return std::unexpected(stored.error());
    }
    return node;
}

inline Expected<NumaOption> read_distance(const Properties& properties) {
    constexpr std::array<std::string_view, 3> names{"src", "dst", "val"};
    std::array<std::optional<std::uint64_t>, 3> numbers;
    for (const Property& p : properties) {
        const auto name = std::ranges::find(names, p.name);
        if (name == names.end()) return unknown_in_numa(p, "dist");
        const std::uint64_t most = p.name == "val" ? no_distance_beyond : numa_node_limit - 1;
        const auto stored = store([&](const Property& of) { return read_number(of, most); }, p,
                                  numbers[static_cast<std::size_t>(name - names.begin())]);
        if (!stored) return std::unexpected(stored.error());
    }
    for (std::size_t i = 0; i != names.size(); ++i)
        if (!numbers[i]) return fail(names[i], " is missing: write src, dst and val");
    return NumaDistance{static_cast<unsigned>(*numbers[0]), static_cast<unsigned>(*numbers[1]),
                        static_cast<unsigned>(*numbers[2])};
}

inline Expected<NumaOption> read_cpu(const Properties& properties) {
    NumaCpuOption cpu;
    for (const Property& p : properties) {
        const auto level = std::ranges::find(cpu_level_names, p.name,
                                             &std::pair<std::string_view, CpuLevel>::first);
        if (p.name != "node-id" && level == cpu_level_names.end()) return unknown_in_numa(p, "cpu");
        const auto number = read_any_number(p);
        if (!number) return std::unexpected(number.error());
        if (p.name == "node-id")
            cpu.node = *number;
        else
            cpu.place.emplace_back(level->second, *number);
    }
    return cpu;
}

/// One of several words, as the enumerator with its place.
template <class Enum, std::size_t N>
Expected<Enum> read_word(const Property& property, const std::array<std::string_view, N>& words) {
    const auto word = std::ranges::find(words, property.value);
    if (word != words.end()) return static_cast<Enum>(word - words.begin());
    return wrong(property, "write ", listing(N, [&](std::size_t i) { return words[i]; }));
}

/// The first of `names` that no property has.
inline Expected<void> all_there(const Properties& properties, std::initializer_list<std::string_view> names) {
    for (const std::string_view name : names)
        if (std::ranges::find(properties, name, &Property::name) == properties.end())
            return fail(name, " is missing: write ",
                        listing(names.size(), [&](std::size_t i) { return names.begin()[i]; }, " and "));
    return {};
}

inline Expected<NumaOption> read_latency_bandwidth(const Properties& properties) {
    NumaLatencyBandwidth entry;
    std::optional<std::uint64_t> latency;
    std::optional<Bytes> bandwidth;
    for (const Property& p : properties) {
        Expected<void> stored;
        if (p.name == "initiator")
            stored = store(read_any_number, p, entry.initiator);
        else if (p.name == "target")
            stored = store(read_any_number, p, entry.target);
        else if (p.name == "hierarchy")
            stored = store([](const auto& of) { return read_word<MemoryHierarchy>(of, hierarchy_names); }, p,
                           entry.hierarchy);
        else if (p.name == "data-type")
            stored = store([](const auto& of) { return read_word<MemoryData>(of, memory_data_names); }, p,
                           entry.kind);
        else if (p.name == "latency")
            stored = store(read_any_number, p, latency);
        else if (p.name == "bandwidth")
            stored = store([](const Property& of) { return read_size(of); }, p, bandwidth);
        else
            return unknown_in_numa(p, "hmat-lb");
        if (!stored) return std::unexpected(stored.error());
    }
    if (const auto all = all_there(properties, {"initiator", "target", "hierarchy", "data-type"}); !all)
        return std::unexpected(all.error());
    const bool wants_latency = is_latency(entry.kind);
    const std::string_view wanted = wants_latency ? "latency" : "bandwidth",
                           other = wants_latency ? "bandwidth" : "latency";
    const std::string_view type = memory_data_names[static_cast<std::size_t>(entry.kind)];
    if (wants_latency ? !latency : !bandwidth)
        return fail(wanted, " is missing, which data-type=", type, " is about");
    if (wants_latency ? bandwidth.has_value() : latency.has_value())
        return fail(other, " is nothing that data-type=", type, " is about: leave it out");
    entry.value = wants_latency ? *latency : bandwidth->count;
    return entry;
}

inline Expected<NumaOption> read_cache(const Properties& properties) {
    NumaCache cache;
    for (const Property& p : properties) {
        Expected<void> stored;
        if (p.name == "node-id")
            stored = store(read_any_number, p, cache.node);
        else if (p.name == "size")
            stored = store([](const Property& of) { return read_size(of); }, p, cache.size);
        else if (p.name == "level")
            stored = store(read_any_number, p, cache.level);
        else if (p.name == "associativity")
            stored = store(
                [](const auto& of) { return read_word<CacheAssociativity>(of, associativity_names); }, p,
                cache.associativity);
        else if (p.name == "policy")
            stored = store([](const auto& of) { return read_word<CacheWriting>(of, writing_names); }, p,
                           cache.writing);
        else if (p.name == "line")  // 16 bits in the table
            stored = store([](const Property& of) { return read_number(of, 65535); }, p, cache.line);
        else
            return unknown_in_numa(p, "hmat-cache");
        if (!stored) return std::unexpected(stored.error());
    }
    if (const auto all = all_there(properties,
                                   {"node-id", "size", "level", "associativity", "policy", "line"});
        !all)
        return std::unexpected(all.error());
    return cache;
}

}  // namespace detail

inline Expected<NumaOption> parse_numa(std::string_view text) {
    auto properties = parse_key_values(text, "type");
    if (!properties) return std::unexpected(properties.error());
    std::string type;
    std::erase_if(*properties, [&](const Property& p) {
        if (p.name == "type") type = p.value;
        return p.name == "type";
    });
    if (type == "node") return detail::read_node(*properties);
    if (type == "dist") return detail::read_distance(*properties);
    if (type == "cpu") return detail::read_cpu(*properties);
    if (type == "hmat-lb") return detail::read_latency_bandwidth(*properties);
    if (type == "hmat-cache") return detail::read_cache(*properties);
    return fail("type=", type, ": write node, dist, cpu, hmat-lb or hmat-cache");
}

}  // namespace wirewrap::config
