// What an option may say, printed from the tables that read it: for `-smp help`, `-object memory-backend-ram,help` and the like.
//
//     const std::array<std::string_view, 2> words{"-numa", "node,help"};
//     help_asked(words);                          // "-numa node,…\n  nodeid=NUMBER …\n  cpus=…\n"
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include <wirewrap/config/backend_object.hpp>
#include <wirewrap/config/command_options.hpp>
#include <wirewrap/config/machine_option.hpp>
#include <wirewrap/config/memory_devices.hpp>
#include <wirewrap/config/memory_option.hpp>
#include <wirewrap/config/numa_option.hpp>
#include <wirewrap/config/setting.hpp>
#include <wirewrap/config/smp_option.hpp>
#include <wirewrap/config/thread_context.hpp>

namespace wirewrap::config {

/// Of one option whose value begins with `first`; nothing when no table is about that.
inline std::optional<std::string> help_of_option(std::string_view option, std::string_view first) {
    const auto of = [&](std::string_view begin, const auto& table) {
        return sentence(option, " ", begin, "\n", help_of(table)).string();
    };
    if (option == "-m") return of("SIZE,…", settings(memory_settings));
    if (option == "-smp") return of("NUMBER,…", settings(smp_settings));
    if (option == "-machine" || option == "-M") return of("NAME,…", settings(machine_settings));
    if (option == "-device" && first == "pc-dimm") return of("pc-dimm,…", settings(dimm_settings));
    if (option == "-object" && first == "thread-context")
        return of("thread-context,…", settings(thread_context_settings));
    if (option == "-object")
        if (const auto kind = backend_kind(first)) return of(std::string(first) + ",…", settings_of(*kind));
    if (option != "-numa") return std::nullopt;
    if (first == "node") return of("node,…", settings(numa_node_settings));
    if (first == "dist") return of("dist,…", settings(numa_distance_settings));
    if (first == "cpu") return of("cpu,…", settings(numa_cpu_settings));
    if (first == "hmat-lb") return of("hmat-lb,…", settings(numa_latency_settings));
    if (first == "hmat-cache") return of("hmat-cache,…", settings(numa_cache_settings));
    return std::nullopt;
}

/// The help that the first option asks for whose value is, or ends with, `help` or `?`; nothing when none does.
inline std::optional<std::string> help_asked(std::span<const std::string_view> words) {
    for (std::size_t i = 0; i + 1 < words.size(); ++i) {
        if (!takes_value(words[i])) continue;
        const std::string_view option = one_dash(words[i]), value = words[++i];
        const std::string_view last = value.substr(value.rfind(',') + 1);
        if (last != "help" && last != "?") continue;
        if (auto help = help_of_option(option, value.substr(0, value.find(',')))) return help;
    }
    return std::nullopt;
}

}  // namespace wirewrap::config
