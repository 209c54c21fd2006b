#include "examples/wirewrap/ram_options.hpp"

#include <algorithm>
#include <array>

#include <wirewrap/config/command_line.hpp>
#include <wirewrap/config/key_values.hpp>

namespace command {

using namespace wirewrap;

namespace {

/// Properties of QEMU's machine that say what this board is anyway, or are taken elsewhere.
bool is_so_anyway(const config::Property& property) {
    if (property.name == "dumpdtb") return true;         // read where the other options of `run` are
    if (property.name.starts_with("smp.")) return true;  // by `asked_harts`
    constexpr std::array<std::array<std::string_view, 2>, 7> as_it_is{{{"accel", "tcg"},
                                                                       {"aclint", "off"},
                                                                       {"aclint", "false"},
                                                                       {"acpi", "off"},
                                                                       {"aia", "none"},
                                                                       {"graphics", "off"},
                                                                       {"usb", "off"}}};
    return std::ranges::any_of(
        as_it_is, [&](const auto& known) { return property.name == known[0] && property.value == known[1]; });
}

/// `-machine` of QEMU has properties for other things than RAM, which `run` does not have.
Expected<void> only_ram(std::string_view machine_option) {
    const auto properties = config::parse_key_values(machine_option, "type");
    if (!properties) return std::unexpected(properties.error());
    for (const config::Property& property : *properties)
        if (config::detail::is_other_machine_property(property.name) && !is_so_anyway(property))
            return fail("-machine ", machine_option, ": run knows no property ", property.name,
                        ", which says nothing about RAM: leave it out");
    return {};
}

}  // namespace

Expected<std::optional<std::size_t>> asked_harts(const BoardDescription& board,
                                                 std::span<const std::string> options, std::size_t most) {
    const std::vector<std::string_view> words(options.begin(), options.end());
    const auto line = config::parse_command_line(words);
    if (!line) return std::unexpected(line.error());
    if (line->machine.smp.empty()) return std::nullopt;
    const auto cpus = config::read_smp(line->machine.smp, false, config::cpu_limits(board.name));
    if (!cpus) return fail("-smp: ", cpus.error().message);
    if (cpus->cpus > most)
        return fail("-smp asks for ", cpus->cpus, " harts, and there are ", most, most == 1 ? "" : " at most",
                    " here: write -smp ", most, most == 1 ? ", or leave it out" : " or less");
    return static_cast<std::size_t>(cpus->cpus);
}

Expected<config::Configuration> configure_ram(const BoardDescription& board,
                                              std::span<const std::string> options,
                                              std::string_view default_size) {
    std::vector<std::string_view> words(options.begin(), options.end());
    for (std::size_t i = 1; i < words.size(); ++i)
        if (words[i].empty()) return fail(words[i - 1], " has an empty value; see `wirewrap run --help`");
    for (std::size_t i = 0; i + 1 < words.size(); ++i)
        if (words[i] == "-machine" || words[i] == "-M")
            if (const auto ram = only_ram(words[i + 1]); !ram) return std::unexpected(ram.error());
    const auto line = config::parse_command_line(words);
    if (!line) return std::unexpected(line.error());
    for (const auto& [object, text] : line->objects)
        if (!config::backend_kind(object.type) && object.type != "thread-context")
            return fail(text, ": run takes memory backends and their thread-context, no ", object.type);
    if (!line->memory.size && !line->machine.memory_backend) {
        words.push_back("-m");
        words.push_back(default_size);
    }
    return config::configure(board, words);
}

}  // namespace command
