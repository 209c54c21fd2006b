// What a board and its options come to: RAM sizes, backends in the order of their creation, which of them are main RAM.
// Everything that can be known to be wrong without the host is found here, before anything is allocated.
//
//     auto configuration = configure(board, words);           // words: {"-m", "1G", "-mem-path", "/dev/hugepages"}
//     if (!configuration) return fail(configuration.error().message);
//     configuration->sizes.ram, configuration->ram;           // 1_GiB, {"pc.ram"}
//
// Where the RAM comes from:
//
//     nothing, -m, -mem-path, -mem-prealloc     one default backend, whose id is the board's RAM id
//     -machine memory-backend=ID                that one; its size is the RAM's
//     -numa node,memdev=ID …                    those, one behind the other in the order of the nodes
#pragma once

#include <algorithm>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <wirewrap/base/bytes.hpp>
#include <wirewrap/base/error.hpp>
#include <wirewrap/base/verdict.hpp>
#include <wirewrap/board/description.hpp>
#include <wirewrap/config/backend_object.hpp>
#include <wirewrap/config/command_line.hpp>
#include <wirewrap/config/machine_features.hpp>
#include <wirewrap/config/memory_devices.hpp>
#include <wirewrap/config/memory_option.hpp>
#include <wirewrap/config/numa_setup.hpp>
#include <wirewrap/config/smp_option.hpp>
#include <wirewrap/config/thread_context.hpp>

namespace wirewrap::config {

struct Configuration {
    RamSizes sizes{};
    std::vector<BackendObject> backends{};  // in the order of creation
    std::vector<std::string> ram{};         // ids of those that are main RAM, in the order of RAM offsets
    MemoryDevices devices{};
    NumaSetup numa;

    const BackendObject* backend(std::string_view id) const {
        const auto found = std::ranges::find(backends, id, &BackendObject::id);
        return found == backends.end() ? nullptr : &*found;
    }
    /// Of the backends of main RAM together.
    Bytes ram_bytes() const {
        Bytes sum{};
        for (const std::string& id : ram) sum += backend(id)->size;
        return sum;
    }
};

/// The name of a backend's RAM block, which is what migration knows it by.
inline std::string ram_block_id(const BackendObject& backend, const MachineFeatures& machine) {
    const bool with_file = backend.kind == BackendKind::file || backend.kind == BackendKind::memfd;
    const bool canonical = backend.canonical_block_id.value_or(machine.canonical_block_ids && with_file);
    return canonical ? "/objects/" + backend.id : backend.id;
}

namespace rules {
/// What the machine itself says to slots and maxmem.
constexpr Verdict machine_maximum(const MachineFeatures& machine, const RamSizes& sizes) {
    if (sizes.maximum == sizes.ram) return accepted();
    if (machine.no_maximum) return refused("this machine has no memory devices: leave slots and maxmem out");
    if (machine.slots && sizes.slots > *machine.slots)
        return refused("slots=", sizes.slots, " is more than this machine has: use at most ", *machine.slots);
    if (sizes.maximum % machine.maximum_granule == Bytes{}) return accepted();
    return refused("maxmem ", sizes.maximum, " is not a multiple of ", machine.maximum_granule);
}
}  // namespace rules

namespace detail {

class Configuring {
public:
    Configuring(const BoardDescription& board, const CommandLine& line)
        : board_(board), line_(line), features_(machine_features(board.name)) {}

    Expected<Configuration> configure() {
        if (const auto named = check_machine_name(); !named) return std::unexpected(named.error());
        if (const auto created = create_backends(); !created) return std::unexpected(created.error());
        const auto chosen = chosen_backend();
        if (!chosen) return std::unexpected(chosen.error());

        const auto sizes = ram_sizes(line_.memory, board_.default_ram_size,
                                     *chosen == nullptr ? std::nullopt : std::optional((*chosen)->size));
        if (!sizes) return fail("-m: ", sizes.error().message);
        if (*chosen != nullptr && (*chosen)->size != sizes->ram)
            return fail("-m asks for ", sizes->ram, " of RAM, but memory-backend=", (*chosen)->id, " has ",
                        (*chosen)->size, ": leave out the size after -m, or make the two equal");
        if (const Verdict verdict = rules::machine_maximum(features_, *sizes); !verdict)
            return fail(board_.name, ": ", verdict.view());
        if (const Verdict verdict = board_.ram_verdict(sizes->ram); !verdict)
            return std::unexpected(verdict.error());

        auto numa = numa_nodes(sizes->ram);
        if (!numa) return std::unexpected(numa.error());
        if (*chosen != nullptr && numa->has_backends())
            return fail("-machine memory-backend=", (*chosen)->id,
                        " and -numa node,memdev= both say what main RAM is: leave one out");
        Configuration configuration{.sizes = *sizes, .numa = std::move(*numa)};
        if (*chosen != nullptr)
            configuration.ram = {(*chosen)->id};
        else if (configuration.numa.has_backends())
            configuration.ram = node_backends(configuration.numa);
        else if (const auto made = default_backend(*sizes); !made)
            return std::unexpected(made.error());
        else if (sizes->ram != Bytes{})
            configuration.ram = {std::string(board_.ram_id)};

        configuration.backends = std::move(backends_);
        if (const auto plugged = plug_devices(configuration); !plugged)
            return std::unexpected(plugged.error());
        return configuration;
    }

private:
    /// `-machine` may say the board's name once more.
    Expected<void> check_machine_name() const {
        const std::string_view name = board_.name.substr(board_.name.find('/') + 1);
        const std::string_view said = line_.machine.type;
        if (said.empty() || said == name || (!board_.alias.empty() && said == board_.alias)) return {};
        return fail("-machine ", said, ": the board is ", board_.name, ": leave the name out, or write ",
                    name);
    }

    Expected<void> create_backends() {
        BackendDefaults defaults = line_.machine.backends;
        defaults.prealloc = line_.mem_prealloc;
        std::set<std::string, std::less<>> ids;
        std::map<std::string, hostmem::WorkerPlace, std::less<>> contexts;
        for (const auto& [object, text] : line_.objects) {
            if (!ids.insert(object.id).second)
                return fail(text, ": there is another object with id ", object.id,
                            ": give each an id of its own");
            if (object.type == "thread-context") {
                const auto place = read_thread_context(object);
                if (!place) return fail(text, ": ", place.error().message);
                contexts.emplace(object.id, *place);
            }
            if (!backend_kind(object.type)) {
                if (is_other_object(object.type)) continue;
                return fail(text, ": there are no objects of type ", object.type,
                            ": memory is memory-backend-ram, -file, -memfd or -shm");
            }
            auto backend = read_backend(object, defaults);
            if (!backend) return fail(text, ": ", backend.error().message);
            backends_.push_back(std::move(*backend));
        }
        for (BackendObject& backend : backends_) {
            if (backend.prealloc_context.empty()) continue;
            const auto context = contexts.find(backend.prealloc_context);
            if (context == contexts.end())
                return fail(
                    "-object ", backend.id, ": prealloc-context=", backend.prealloc_context,
                    ": there is no thread-context with that id: create it with -object thread-context");
            backend.prealloc_place = context->second;
        }
        return {};
    }

    const BackendObject* find(std::string_view id) const {
        if (id.starts_with("/objects/")) id.remove_prefix(std::string_view("/objects/").size());
        const auto found = std::ranges::find(backends_, id, &BackendObject::id);
        return found == backends_.end() ? nullptr : &*found;
    }

    Expected<const BackendObject*> chosen_backend() const {
        if (!line_.machine.memory_backend) return nullptr;
        const std::string& id = *line_.machine.memory_backend;
        if (line_.mem_path)
            return fail("-mem-path ", *line_.mem_path,
                        " makes a backend of its own, beside memory-backend=", id,
                        ": use a memory-backend-file with that mem-path instead");
        if (const BackendObject* const backend = find(id)) return backend;
        if (id.empty()) return fail("memory-backend= is empty: name a memory backend, or leave it out");
        return fail("memory-backend=", id, ": there is no such memory backend: create it with -object");
    }

    Expected<NumaSetup> numa_nodes(Bytes ram) const {
        const std::string& smp = line_.smp.empty() ? line_.machine.smp : line_.smp;
        const auto cpus = parse_smp(smp, features_.prefers_sockets);
        if (!cpus) return fail("-smp ", smp, ": ", cpus.error().message);
        NumaSetup numa({.features = features_, .cpus = *cpus, .hmat = line_.machine.hmat});
        const auto size_of = [&](std::string_view id) -> std::optional<Bytes> {
            const BackendObject* const backend = find(id);
            return backend == nullptr ? std::nullopt : std::optional(backend->size);
        };
        for (const auto& [option, text] : line_.numa)
            if (const auto added = numa.add(option, size_of); !added)
                return fail(text, ": ", added.error().message);
        if (const auto complete = numa.complete(ram); !complete)
            return fail("-numa: ", complete.error().message);
        return numa;
    }

    std::vector<std::string> node_backends(const NumaSetup& numa) const {
        std::vector<std::string> ids;
        for (const NumaNodeSetup& setup : numa.nodes())
            if (!setup.memdev.empty()) ids.push_back(find(setup.memdev)->id);
        return ids;
    }

    /// What -m, -mem-path and -mem-prealloc say, as properties of one backend.
    Expected<void> default_backend(const RamSizes& sizes) {
        if (sizes.ram == Bytes{}) return {};
        if (find(board_.ram_id) != nullptr ||
            std::ranges::any_of(line_.objects, [&](const auto& o) { return o.option.id == board_.ram_id; }))
            return fail("-object …,id=", board_.ram_id, ": ", board_.name,
                        " gives its own main RAM this id: use ", "-machine memory-backend=", board_.ram_id,
                        " to make the object main RAM, or another id");
        BackendObject backend{.id = std::string(board_.ram_id), .size = sizes.ram};
        backend.merge = line_.machine.backends.merge;
        backend.dump = line_.machine.backends.dump;
        backend.prealloc = line_.mem_prealloc;
        backend.canonical_block_id = false;
        if (line_.mem_path) {
            backend.kind = BackendKind::file;
            backend.path = *line_.mem_path;
        }
        const Verdict verdict = hostmem::Selected::check(backend.size, selection(backend));
        if (!verdict) return fail("-m: ", verdict.view());
        backends_.push_back(std::move(backend));
        return {};
    }

    Expected<void> plug_devices(Configuration& configuration) const {
        for (const auto& [device, text] : line_.devices) {
            const auto size_of = [&](std::string_view id) -> std::optional<Bytes> {
                const BackendObject* const backend = configuration.backend(id);
                return backend == nullptr ? std::nullopt : std::optional(backend->size);
            };
            const auto plugged = configuration.devices.plug(device, features_, configuration.sizes,
                                                            configuration.ram,
                                                            configuration.numa.nodes().size(), size_of);
            if (!plugged) return fail(text, ": ", plugged.error().message);
        }
        return {};
    }

    const BoardDescription& board_;
    const CommandLine& line_;
    MachineFeatures features_;
    std::vector<BackendObject> backends_;
};

}  // namespace detail

/// `words` are the options, as after a program's name. Errors name the option, the rule and the remedy.
inline Expected<Configuration> configure(const BoardDescription& board,
                                         std::span<const std::string_view> words) {
    const auto line = parse_command_line(words);
    if (!line) return std::unexpected(line.error());
    return detail::Configuring(board, *line).configure();
}

}  // namespace wirewrap::config
