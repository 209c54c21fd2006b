// The options of a QEMU command line that speak of memory, taken apart one by one.
//
//     const std::array<std::string_view, 4> words{"-m", "1G", "-mem-path", "/dev/hugepages"};
//     auto line = parse_command_line(words);
//     line->memory.size, line->mem_path;                     // 1_GiB, "/dev/hugepages"
//
// Options that say nothing about memory are passed over, with their values; an unknown one is an error. Every error begins
// with the option as it was written.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <wirewrap/base/error.hpp>
#include <wirewrap/config/machine_option.hpp>
#include <wirewrap/config/memory_option.hpp>
#include <wirewrap/config/numa_option.hpp>
#include <wirewrap/config/object_option.hpp>

namespace wirewrap::config {

struct CommandLine {
    template <class Option>
    struct Written {
        Option option;
        std::string text;  // "-numa node,memdev=m0", for sentences
    };

    MachineOption machine{};
    MemoryOption memory{};  // of -m and -machine together
    std::vector<Written<ObjectOption>> objects{};
    std::vector<Written<NumaOption>> numa{};
    std::vector<Written<Properties>> devices{};  // the driver is the property `driver`
    std::optional<std::string> mem_path{};
    bool mem_prealloc = false;
    std::string smp{};
};

namespace detail {
inline constexpr std::array<std::string_view, 8> memory_options{
    "-m", "-object", "-machine", "-M", "-mem-path", "-numa", "-smp", "-device"};
inline constexpr std::array<std::string_view, 15> other_options{
    "-accel",  "-append", "-bios",    "-boot", "-cpu", "-display", "-dtb", "-initrd",
    "-kernel", "-L",      "-monitor", "-name", "-qmp", "-serial",  "-vga"};
inline constexpr std::array<std::string_view, 6> other_switches{"-S",         "-enable-kvm", "-nodefaults",
                                                                "-nographic", "-no-reboot",  "-no-shutdown"};

template <class List>
bool among(const List& list, std::string_view word) {
    return std::ranges::find(list, word) != list.end();
}

/// Options may begin with two dashes as well.
inline std::string_view one_dash(std::string_view word) {
    return word.starts_with("--") ? word.substr(1) : word;
}

/// What comes of an option's text, kept with the text; or the error, which then begins with it.
template <class Parse, class Keep>
Expected<void> add(const std::string& written, Parse parsed, Keep keep) {
    if (!parsed) return fail(written, ": ", parsed.error().message);
    keep(std::move(*parsed));
    return {};
}
}  // namespace detail

/// True for an option whose value is the next word.
inline bool takes_value(std::string_view word) {
    const std::string_view option = detail::one_dash(word);
    return detail::among(detail::memory_options, option) || detail::among(detail::other_options, option);
}

inline Expected<CommandLine> parse_command_line(std::span<const std::string_view> words) {
    CommandLine line;
    for (std::size_t i = 0; i != words.size(); ++i) {
        const std::string_view option = detail::one_dash(words[i]);
        if (!takes_value(option)) {
            if (option == "-mem-prealloc")
                line.mem_prealloc = true;
            else if (!option.starts_with('-'))
                return fail(option, " is no option: options begin with a dash");
            else if (!detail::among(detail::other_switches, option))
                return fail(option, " is no option that is known here");
            continue;
        }
        if (i + 1 == words.size()) return fail(option, " needs a value after it");
        const std::string_view value = words[++i];
        const std::string written = sentence(option, " ", value).string();
        Expected<void> added;
        if (option == "-m") {
            const auto stored = add_memory_option(line.memory, value);
            if (!stored) return fail(written, ": ", stored.error().message);
        } else if (option == "-machine" || option == "-M") {
            line.machine.memory = line.memory;
            const auto stored = add_machine_option(line.machine, value);
            if (!stored) return fail(written, ": ", stored.error().message);
            line.memory = line.machine.memory;
        } else if (option == "-object") {
            added = detail::add(written, parse_object(value), [&](ObjectOption object) {
                line.objects.push_back({std::move(object), written});
            });
        } else if (option == "-numa") {
            added = detail::add(written, parse_numa(value),
                                [&](NumaOption numa) { line.numa.push_back({std::move(numa), written}); });
        } else if (option == "-device") {
            added = detail::add(written, parse_key_values(value, "driver"), [&](Properties device) {
                line.devices.push_back({std::move(device), written});
            });
        } else if (option == "-mem-path") {
            line.mem_path = value;
        } else if (option == "-smp") {
            line.smp = value;
        }
        if (!added) return std::unexpected(added.error());
    }
    return line;
}

}  // namespace wirewrap::config
