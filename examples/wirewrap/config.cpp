#include "examples/wirewrap/config.hpp"

#include <algorithm>

#include <fmt/core.h>
#include <nlohmann/json.hpp>

#include <wirewrap/config.hpp>
#include <wirewrap/config/help.hpp>
#include <wirewrap/config/json_object.hpp>

#include "examples/wirewrap/catalog.hpp"
#include "examples/wirewrap/commands.hpp"

namespace command {

using namespace wirewrap;

namespace {

using nlohmann::ordered_json;

ordered_json nodes_json(const hostmem::NodeSet& nodes) {
    ordered_json list = ordered_json::array();
    for (unsigned node = 0; node != hostmem::NodeSet::limit; ++node)
        if (nodes.contains(node)) list.push_back(node);
    return list;
}

ordered_json memdev_json(const config::Memdev& memdev) {
    return {{"id", memdev.id},
            {"size", memdev.size.count},
            {"merge", memdev.common.merge},
            {"dump", memdev.common.dump},
            {"prealloc", memdev.common.prealloc},
            {"share", memdev.share},
            {"reserve", memdev.common.reserve},
            {"host-nodes", nodes_json(memdev.common.policy.nodes)},
            {"policy", name(memdev.common.policy.mode)}};
}

/// Text that is not UTF-8 cannot be in JSON; its bytes are replaced.
std::string json_line(const Expected<ConfigAnswer>& answer) {
    ordered_json line;
    line["ok"] = answer.has_value();
    line["error"] = answer ? ordered_json() : ordered_json(answer.error().message);
    line["ram_size"] = answer ? ordered_json(answer->ram_size.count) : ordered_json();
    line["maxram_size"] = answer ? ordered_json(answer->maxram_size.count) : ordered_json();
    line["memdev"] = ordered_json::array();
    if (answer)
        for (const config::Memdev& memdev : answer->memdev) line["memdev"].push_back(memdev_json(memdev));
    // What only some command lines are about.
    if (answer && answer->moved_windows) {
        line["windows"] = ordered_json::array();
        for (const RamWindow& window : *answer->moved_windows)
            line["windows"].push_back({window.base.value, window.size.count, window.offset.count});
    }
    if (answer && !answer->notes.empty()) line["notes"] = answer->notes;
    return line.dump(-1, ' ', false, ordered_json::error_handler_t::replace);
}

void print(const ConfigAnswer& answer) {
    fmt::print("main RAM: {}; with memory devices at most {}\n", sentence(answer.ram_size).view(),
               sentence(answer.maxram_size).view());
    for (const config::Memdev& memdev : answer.memdev) {
        const auto used = std::ranges::find(answer.ram_blocks, memdev.id,
                                            &std::pair<std::string, Bytes>::first);
        fmt::print("  {}: {}{}{}{}{}{}", memdev.id, sentence(memdev.size).view(),
                   memdev.share ? ", shared" : "", memdev.common.prealloc ? ", populated" : "",
                   memdev.common.reserve ? "" : ", not reserved", memdev.common.merge ? "" : ", not merged",
                   memdev.common.dump ? "" : ", not dumped");
        if (memdev.common.policy.mode != hostmem::NumaMode::none)
            fmt::print(", policy {} with host nodes {}", name(memdev.common.policy.mode),
                       memdev.common.policy.nodes.text().view());
        fmt::print("{}\n", used == answer.ram_blocks.end() ? ", used by nobody" : "");
    }
    if (answer.moved_windows)
        for (const RamWindow& window : *answer.moved_windows)
            fmt::print("  {} from offset {}\n", sentence(window.range()).view(),
                       sentence(window.offset).view());
    for (const std::string& note : answer.notes) fmt::print("note: {}\n", note);
}

}  // namespace

Expected<ConfigRequest> read_config_request(std::span<const std::string_view> words) {
    ConfigRequest request;
    for (std::size_t i = 0; i != words.size(); ++i) {
        const std::string_view word = words[i];
        if (word == "--json") {
            request.json = true;
        } else if (word == "--qemu" || word.starts_with("--qemu=")) {
            if (word == "--qemu" && ++i == words.size())
                return fail("--qemu needs a value after it; see `wirewrap config --help`");
            const auto release = read_release(word == "--qemu" ? words[i] : word.substr(7));
            if (!release) return std::unexpected(release.error());
            request.release = *release;
        } else if (request.board.empty() && !word.starts_with('-') && !word.starts_with('@')) {
            request.board = word;
        } else {
            request.options.emplace_back(word);
            if (config::takes_value(word) && i + 1 != words.size()) request.options.emplace_back(words[++i]);
        }
    }
    if (request.board.empty())
        return fail("config needs a BOARD, such as x86_64/pc; `wirewrap boards` lists them");
    return request;
}

Expected<ConfigAnswer> try_configuration(std::string_view name, std::span<const std::string_view> options,
                                         QemuRelease release) {
    const auto board = find_board(name, release);
    if (!board) return std::unexpected(board.error());
    const auto configuration = config::configure(**board, options, {.json = config::parse_json_object});
    if (!configuration) return std::unexpected(configuration.error());
    const auto memory = config::allocate(*configuration);
    if (!memory) return std::unexpected(memory.error());

    ConfigAnswer answer{.ram_size = configuration->sizes.ram,
                        .maxram_size = configuration->sizes.maximum,
                        .plugged_size = configuration->devices.plugged(),
                        .memdev = config::memdevs(*configuration, *memory),
                        .notes = configuration->notes};
    if (configuration->ram_below_4g)
        answer.moved_windows = config::wired_windows(**board, configuration->sizes.ram,
                                                     configuration->ram_below_4g);
    const auto machine = config::machine_features((*board)->name);
    for (const auto* ids : {&configuration->ram, &configuration->devices.ids()})
        for (const std::string& id : *ids) {
            const config::BackendObject& backend = *configuration->backend(id);
            answer.ram_blocks.emplace_back(config::ram_block_id(backend, machine), backend.size);
        }
    return answer;
}

Expected<int> config(const ConfigRequest& request) {
    const std::vector<std::string_view> options(request.options.begin(), request.options.end());
    if (const auto help = config::help_asked(options)) {
        fmt::print("{}", *help);
        return 0;
    }
    const auto answer = try_configuration(request.board, options, request.release);
    if (request.json)
        fmt::print("{}\n", json_line(answer));
    else if (!answer)
        return std::unexpected(answer.error());
    else
        print(*answer);
    return answer ? 0 : 1;
}

}  // namespace command
