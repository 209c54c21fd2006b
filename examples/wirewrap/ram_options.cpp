#include "examples/wirewrap/ram_options.hpp"

#include <algorithm>
#include <array>
#include <cstddef>

#include <wirewrap/config.hpp>

namespace command {

using namespace wirewrap;

namespace {

constexpr std::array<std::string_view, 6> with_value{"-m", "-object", "-machine", "-M", "-numa", "-mem-path"};

/// `-machine` of QEMU has properties for other things than RAM, which `run` does not have.
Expected<void> only_ram(std::string_view machine_option) {
    const auto properties = config::parse_key_values(machine_option, "type");
    if (!properties) return std::unexpected(properties.error());
    for (const config::Property& property : *properties)
        if (config::detail::is_other_machine_property(property.name) || property.name.starts_with("smp."))
            return fail("-machine ", machine_option, ": run knows no property ", property.name,
                        ", which says nothing about RAM: leave it out");
    return {};
}

}  // namespace

std::vector<std::string> take_ram_options(std::vector<std::string_view>& words) {
    std::vector<std::string> taken;
    std::vector<std::string_view> others;
    for (std::size_t i = 0; i != words.size(); ++i) {
        const std::string_view option = words[i].starts_with("--") ? words[i].substr(1) : words[i];
        if (option == "-mem-prealloc") {
            taken.emplace_back(option);
        } else if (std::ranges::find(with_value, option) != with_value.end()) {
            taken.emplace_back(option);
            if (i + 1 != words.size()) taken.emplace_back(words[++i]);
        } else {
            others.push_back(words[i]);
            // The value of another option stays with it, whatever it looks like.
            const bool kept = option == "-bios" || option == "-kernel" || option == "-append";
            if (kept && i + 1 != words.size()) others.push_back(words[++i]);
        }
    }
    words = std::move(others);
    return taken;
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
