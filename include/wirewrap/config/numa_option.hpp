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
#include <wirewrap/config/setting.hpp>

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

inline constexpr std::array<std::pair<std::string_view, CpuLevel>, 8> cpu_level_names{
    {{"drawer-id", CpuLevel::drawer},
     {"book-id", CpuLevel::book},
     {"socket-id", CpuLevel::socket},
     {"die-id", CpuLevel::die},
     {"cluster-id", CpuLevel::cluster},
     {"module-id", CpuLevel::module},
     {"core-id", CpuLevel::core},
     {"thread-id", CpuLevel::thread}}};

constexpr std::string_view level_name(CpuLevel level) {
    for (const auto& [name, named] : cpu_level_names)
        if (named == level) return name;
    return {};
}

/// Node numbers and CPU indices of a table are 16 bits.
inline constexpr auto read_small_number = read_up_to<65535>;
inline constexpr auto read_node_number = read_up_to<numa_node_limit - 1, unsigned>;
inline Expected<Bytes> read_mebibytes(const Property& p) { return read_size(p, ram_option_unit); }

inline Expected<void> add_cpus(const Property& p, NumaNodeOption& node) {
    const auto cpus = read_numbers(p);
    if (!cpus) return std::unexpected(cpus.error());
    for (const std::uint64_t cpu : *cpus)
        if (cpu > 65535) return wrong(p, "CPUs are numbered 0 to 65535 at most");
    // A short text says many ranges, and each would be kept.
    if (node.cpus.size() + cpus->size() > 65536)
        return wrong(p, "with those before it that is more than 65536 CPUs: name each once");
    node.cpus.insert(node.cpus.end(), cpus->begin(), cpus->end());
    return {};
}

template <CpuLevel Level>
constexpr Setting<NumaCpuOption> cpu_level() {
    return {.name = level_name(Level),
            .value = "NUMBER",
            .help = "where the CPUs sit; what is left out may be any",
            .put = [](const Property& p, NumaCpuOption& cpu) -> Expected<void> {
                const auto number = read_count(p);
                if (!number) return std::unexpected(number.error());
                cpu.place.emplace_back(Level, *number);
                return {};
            }};
}

/// hmat-lb before its data-type says which of the two it is about.
struct LatencyOrBandwidth {
    NumaLatencyBandwidth entry{};
    std::optional<std::uint64_t> latency{};
    std::optional<Bytes> bandwidth{};
};

}  // namespace detail

inline constexpr std::array numa_node_settings{
    setting<&NumaNodeOption::id, detail::read_small_number>(
        "nodeid", "NUMBER", "its number; left out: how many nodes there are already"),
    Setting<NumaNodeOption>{.name = "cpus",
                            .value = "NUMBER[-NUMBER]",
                            .help = "CPUs by index; repeat it for more",
                            .put = detail::add_cpus,
                            .each = true},
    setting<&NumaNodeOption::mem, detail::read_mebibytes>("mem", "SIZE",
                                                          "its memory; machines before 5.1 only"),
    setting<&NumaNodeOption::memdev, read_text>("memdev", "ID", "its memory, a memory backend"),
    setting<&NumaNodeOption::initiator, detail::read_small_number>(
        "initiator", "NUMBER", "the node whose CPUs are nearest; with -machine hmat=on")};

inline constexpr std::array numa_distance_settings{
    setting<&NumaDistance::from, detail::read_node_number>("src", "NUMBER", "from this node", true),
    setting<&NumaDistance::to, detail::read_node_number>("dst", "NUMBER", "to this node", true),
    setting<&NumaDistance::value, read_up_to<no_distance_beyond, unsigned>>(
        "val", "NUMBER", "10 is the node itself, 255 unreachable", true)};

inline constexpr std::array numa_cpu_settings{
    setting<&NumaCpuOption::node, read_count>("node-id", "NUMBER", "the node that the CPUs belong to"),
    detail::cpu_level<CpuLevel::drawer>(),
    detail::cpu_level<CpuLevel::book>(),
    detail::cpu_level<CpuLevel::socket>(),
    detail::cpu_level<CpuLevel::die>(),
    detail::cpu_level<CpuLevel::cluster>(),
    detail::cpu_level<CpuLevel::module>(),
    detail::cpu_level<CpuLevel::core>(),
    detail::cpu_level<CpuLevel::thread>()};

inline constexpr std::array numa_latency_settings{
    setting_in<detail::read_small_number, &detail::LatencyOrBandwidth::entry,
               &NumaLatencyBandwidth::initiator>("initiator", "NUMBER", "node of the CPUs", true),
    setting_in<detail::read_small_number, &detail::LatencyOrBandwidth::entry, &NumaLatencyBandwidth::target>(
        "target", "NUMBER", "node of the memory", true),
    setting_in<read_word<MemoryHierarchy, hierarchy_names>, &detail::LatencyOrBandwidth::entry,
               &NumaLatencyBandwidth::hierarchy>("hierarchy", "WORD",
                                                 "memory, first-level, second-level or third-level", true),
    setting_in<read_word<MemoryData, memory_data_names>, &detail::LatencyOrBandwidth::entry,
               &NumaLatencyBandwidth::kind>("data-type", "WORD",
                                            "access-, read- or write-, and then latency or bandwidth", true),
    setting<&detail::LatencyOrBandwidth::latency, read_any_number>("latency", "NUMBER", "in nanoseconds"),
    setting<&detail::LatencyOrBandwidth::bandwidth, read_bytes>("bandwidth", "SIZE", "in a second")};

inline constexpr std::array numa_cache_settings{
    setting<&NumaCache::node, detail::read_small_number>("node-id", "NUMBER",
                                                         "the node whose memory it is for", true),
    setting<&NumaCache::size, read_bytes>("size", "SIZE", "how large it is", true),
    setting<&NumaCache::level, read_any_number>("level", "NUMBER", "1 to 3", true),
    setting<&NumaCache::associativity, read_word<CacheAssociativity, associativity_names>>(
        "associativity", "WORD", "none, direct or complex", true),
    setting<&NumaCache::writing, read_word<CacheWriting, writing_names>>(
        "policy", "WORD", "none, write-back or write-through", true),
    setting<&NumaCache::line, detail::read_small_number>("line", "NUMBER", "bytes of a line", true)};

namespace detail {

template <class Option, class Table>
Expected<NumaOption> read_numa(const Table& table, const Properties& properties, std::string_view whose) {
    Option option{};
    if (const auto read = apply(settings(table), properties, option, whose); !read)
        return std::unexpected(read.error());
    return option;
}

inline Expected<NumaOption> read_latency_bandwidth(const Properties& properties) {
    LatencyOrBandwidth both;
    if (const auto read = apply(settings(numa_latency_settings), properties, both, "-numa hmat-lb"); !read)
        return std::unexpected(read.error());
    const bool wants_latency = is_latency(both.entry.kind);
    const std::string_view wanted = wants_latency ? "latency" : "bandwidth",
                           other = wants_latency ? "bandwidth" : "latency";
    const std::string_view type = memory_data_names[static_cast<std::size_t>(both.entry.kind)];
    if (wants_latency ? !both.latency : !both.bandwidth)
        return fail(wanted, " is missing, which data-type=", type, " is about");
    if (wants_latency ? both.bandwidth.has_value() : both.latency.has_value())
        return fail(other, " is nothing that data-type=", type, " is about: leave it out");
    both.entry.value = wants_latency ? *both.latency : both.bandwidth->count;
    return both.entry;
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
    if (type == "node")
        return detail::read_numa<NumaNodeOption>(numa_node_settings, *properties, "-numa node");
    if (type == "dist")
        return detail::read_numa<NumaDistance>(numa_distance_settings, *properties, "-numa dist");
    if (type == "cpu") return detail::read_numa<NumaCpuOption>(numa_cpu_settings, *properties, "-numa cpu");
    if (type == "hmat-lb") return detail::read_latency_bandwidth(*properties);
    if (type == "hmat-cache")
        return detail::read_numa<NumaCache>(numa_cache_settings, *properties, "-numa hmat-cache");
    return fail("type=", type, ": write node, dist, cpu, hmat-lb or hmat-cache");
}

}  // namespace wirewrap::config
