// `-numa node|dist|cpu,…`: what one option says, before it is held against the others.
//
//     auto option = parse_numa("node,nodeid=0,memdev=m0,cpus=0-1");     // a NumaNodeOption
//     auto option = parse_numa("dist,src=0,dst=1,val=20");              // a NumaDistance
//     auto option = parse_numa("cpu,node-id=0,socket-id=0");            // a NumaCpuOption
#pragma once

#include <array>
#include <cstdint>
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

using NumaOption = std::variant<NumaNodeOption, NumaDistance, NumaCpuOption>;

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
    return fail("type=", type, ": write node, dist or cpu");
}

}  // namespace wirewrap::config
