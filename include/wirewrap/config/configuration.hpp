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
#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include <wirewrap/base/address.hpp>
#include <wirewrap/base/bytes.hpp>
#include <wirewrap/base/error.hpp>
#include <wirewrap/base/interval.hpp>
#include <wirewrap/base/verdict.hpp>
#include <wirewrap/board/description.hpp>
#include <wirewrap/config/backend_object.hpp>
#include <wirewrap/config/command_line.hpp>
#include <wirewrap/config/cpu_limits.hpp>
#include <wirewrap/config/machine_features.hpp>
#include <wirewrap/config/machine_names.hpp>
#include <wirewrap/config/machine_properties.hpp>
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
    std::optional<Bytes> ram_below_4g{};  // -machine max-ram-below-4g, where it was said
    std::vector<std::string> notes{};     // a line for each option that says nothing about RAM

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

/// Where main RAM is wired on that board, with its end below 4 GiB where the options put it.
inline std::vector<RamWindow> wired_windows(const BoardDescription& board, Bytes ram,
                                            std::optional<Bytes> below_4g) {
    if (!below_4g || board.wired_windows_below_4g == nullptr) return board.wired_windows(ram);
    return board.wired_windows_below_4g(ram, *below_4g);
}

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
    return refused("maxmem ", sizes.maximum, " is not a multiple of ", machine.maximum_granule, ": round it");
}

/// Addresses for memory devices begin at a whole GiB behind RAM that ends at `end`, and all of them fit.
constexpr Verdict machine_addresses(const MachineFeatures& machine, const RamSizes& sizes, GuestAddress end) {
    if (machine.addresses_end == Bytes{}) return accepted();
    constexpr std::uint64_t gib = std::uint64_t{1} << 30;
    const auto whole = [](std::uint64_t bytes) { return (bytes + gib - 1) / gib * gib; };
    const Bytes most = machine.addresses_end, more = sizes.maximum - sizes.ram;
    const Bytes room = more + sizes.slots * machine.room_per_slot;
    if (more == Bytes{} || !machine.devices_count) {
        const Bytes used{whole(whole(end.value)) + machine.pci_window.count};
        if (used > most)
            return refused("RAM of ", sizes.ram, " ends at ", end, ", and with ", machine.pci_window,
                           " for PCI devices behind it addresses would end at ", Bytes{used}, ", past ", most,
                           ": use less RAM");
        if (more > Bytes{gib << 24})
            return refused("maxmem ", sizes.maximum, " is more than any address: use less than ",
                           Bytes{gib << 24});
        return accepted();
    }
    const Bytes used = more > most ? more
                                   : Bytes{whole(whole(end.value) + room.count) + machine.pci_window.count};
    if (more <= most && used <= most) return accepted();
    const Text all = machine.pci_window == Bytes{}
                         ? sentence("RAM and memory devices")
                         : sentence("RAM, memory devices and ", machine.pci_window, " for PCI devices");
    return refused("maxmem ", sizes.maximum, " and ", sizes.slots, sizes.slots == 1 ? " slot" : " slots",
                   " are more than there are addresses for: behind ", all, " they would end at ", used,
                   " or later, past ", most, ": use less");
}
}  // namespace rules

namespace detail {

class Configuring {
public:
    Configuring(const BoardDescription& board, const CommandLine& line)
        : board_(board), line_(line), features_(machine_features(board.name)) {}

    Expected<Configuration> configure() {
        if (const auto named = check_machine_name(); !named) return std::unexpected(named.error());
        if (const auto others = check_others(); !others) return std::unexpected(others.error());
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
        if (line_.memory.size == Bytes{} && !line_.memory.asked() && line_.machine.memory.size == Bytes{} &&
            board_.default_ram_size != Bytes{})
            return fail("-machine memory.size=0: ", board_.name,
                        " has RAM: say how much, or leave it out for ",
                        *chosen == nullptr ? board_.default_ram_size : (*chosen)->size);
        if (const Verdict verdict = board_.ram_verdict(sizes->ram); !verdict)
            return std::unexpected(verdict.error());
        room_ = behind_ram(*sizes);
        if (const Verdict verdict = rules::machine_addresses(features_, *sizes, room_.base); !verdict)
            return fail(board_.name, ": ", verdict.view());

        auto numa = numa_nodes(sizes->ram);
        if (!numa) return std::unexpected(numa.error());
        if (*chosen != nullptr && numa->has_backends())
            return fail("-machine memory-backend=", (*chosen)->id,
                        " and -numa node,memdev= both say what main RAM is: leave one out");
        Configuration configuration{
            .sizes = *sizes, .numa = std::move(*numa), .ram_below_4g = below_4g(), .notes = notes()};
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
        const std::string_view said = line_.machine.type ? std::string_view(*line_.machine.type) : name;
        const auto means_it = [&](QemuRelease release) { return board_.alias.is(said, release); };
        if (said == name || std::ranges::any_of(measured_qemu, means_it)) return {};
        return fail("-machine ", said.empty() ? "type=" : said, ": the board is ", board_.name,
                    ": leave the name out, or write ", name);
    }

    /// What says nothing about RAM has to be something that this machine knows.
    Expected<void> check_others() const {
        for (const auto& [option, text] : line_.others)
            if (!named_in(option->targets, board_.name))
                return fail(text, ": ", board_.name, " has no such option: leave it out");
        Properties said = line_.machine.others;
        if (line_.machine.hmat) said.push_back({.name = "hmat", .value = "on"});
        if (line_.machine.ram_below_4g) said.push_back({.name = "max-ram-below-4g", .value = "0"});
        for (const Property& p : said)
            if (const auto good = check_machine_property(p, board_.name); !good)
                return fail("-machine: ", good.error().message);
        return {};
    }

    std::vector<std::string> notes() const {
        std::vector<std::string> notes;
        const auto note = [&](std::string_view what) {
            notes.push_back(
                sentence(what, " says nothing about RAM: taken over, and nothing comes of it").string());
        };
        for (const auto& other : line_.others) note(other.text);
        for (const Property& p : line_.machine.others) note("-machine " + p.name + "=" + p.value);
        for (const auto& [device, text] : line_.devices)
            if (value_of(device, "driver") != "pc-dimm") note(text);
        return notes;
    }

    std::optional<Bytes> below_4g() const {
        return line_.machine.ram_below_4g == Bytes{} ? std::nullopt : line_.machine.ram_below_4g;
    }

    /// Where memory devices may be: from a whole GiB on behind RAM, and not below 4 GiB.
    Interval behind_ram(const RamSizes& sizes) const {
        std::uint64_t end = features_.devices_above.count;
        for (const RamWindow& window : wired_windows(board_, sizes.ram, below_4g()))
            end = std::max(end, window.base.value + window.size.count);
        constexpr std::uint64_t gib = std::uint64_t{1} << 30;
        return {GuestAddress{(end + gib - 1) / gib * gib},
                sizes.maximum - sizes.ram + sizes.slots * features_.room_per_slot};
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
                if (object.type == "thread-context") continue;
                if (is_other_object(object.type)) {
                    if (const auto known = check_other_object(object); !known)
                        return fail(text, ": ", known.error().message);
                    continue;
                }
                return fail(text, ": there are no objects of type ", object.type,
                            ": memory is memory-backend-ram, -file, -memfd or -shm");
            }
            auto backend = read_backend(object, defaults);
            if (!backend) return fail(text, ": ", backend.error().message);
            backends_.push_back(std::move(*backend));
        }
        for (BackendObject& backend : backends_) {
            if (backend.prealloc_context.empty()) continue;
            const auto context = contexts.find(id_of_path(backend.prealloc_context));
            if (context == contexts.end())
                return fail(
                    "-object ", backend.id, ": prealloc-context=", backend.prealloc_context,
                    ": there is no thread-context with that id: create it with -object thread-context");
            backend.common.prealloc_place = context->second;
        }
        return {};
    }

    /// An object may be named by its path: m0, objects/m0, /objects/m0, and slashes may be doubled or follow. The id;
    /// `path` itself, which is none, for other paths.
    static std::string_view id_of_path(std::string_view path) {
        std::array<std::string_view, 2> parts{};
        std::size_t count = 0;
        for (std::size_t at = 0; (at = path.find_first_not_of('/', at)) != path.npos; ++count) {
            const std::size_t end = std::min(path.find('/', at), path.size());
            if (count == parts.size()) return path;
            parts[count] = path.substr(at, end - at);
            at = end;
        }
        if (count == 2 && parts[0] == "objects") return parts[1];
        return count == 1 && !path.starts_with('/') ? parts[0] : path;
    }

    const BackendObject* find(std::string_view id) const {
        id = id_of_path(id);
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
        const auto cpus = read_smp(line_.machine.smp, features_.prefers_sockets, cpu_limits(board_.name));
        if (!cpus) return fail("-smp: ", cpus.error().message);
        NumaSetup numa({.features = features_, .cpus = *cpus, .hmat = line_.machine.hmat});
        const auto size_of = [&](std::string_view id) -> std::optional<Bytes> {
            const BackendObject* const backend = find(id);
            return backend == nullptr ? std::nullopt : std::optional(backend->size);
        };
        for (auto [option, text] : line_.numa) {
            // By its id, so that one backend is one, however it was named.
            if (auto* const node = std::get_if<NumaNodeOption>(&option); node != nullptr && node->memdev)
                node->memdev = std::string(id_of_path(*node->memdev));
            if (const auto added = numa.add(option, size_of); !added)
                return fail(text, ": ", added.error().message);
        }
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
        backend.common.merge = line_.machine.backends.merge;
        backend.common.dump = line_.machine.backends.dump;
        backend.common.prealloc = line_.mem_prealloc;
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
        const DimmMachine machine{.features = features_,
                                  .sizes = configuration.sizes,
                                  .ram = configuration.ram,
                                  .nodes = configuration.numa.nodes().size(),
                                  .room = room_};
        std::map<std::string_view, const BackendObject*> backends;
        for (const BackendObject& backend : configuration.backends) backends.emplace(backend.id, &backend);
        const auto find = [&](std::string_view id) -> std::optional<MemoryDevices::Backend> {
            const auto found = backends.find(id_of_path(id));
            if (found == backends.end()) return std::nullopt;
            const BackendObject& backend = *found->second;
            return MemoryDevices::Backend{backend.id, backend.size,
                                          std::max(backend.align, backend.hugetlbsize.value_or(Bytes{1}))};
        };
        std::set<std::string, std::less<>> ids;
        for (const auto& [device, text] : line_.devices) {
            for (const Property& p : device) {
                if (p.name != "id") continue;
                const auto id = read_identifier(p);
                if (!id) return fail(text, ": ", id.error().message);
                if (!ids.insert(*id).second)
                    return fail(text, ": there is another device with id ", *id,
                                ": give each an id of its own");
                break;  // QEMU goes by the first
            }
            if (value_of(device, "driver") != "pc-dimm") continue;
            const auto dimm = read_dimm(device);
            if (!dimm) return fail(text, ": ", dimm.error().message);
            if (const auto plugged = configuration.devices.plug(*dimm, machine, find); !plugged)
                return fail(text, ": ", plugged.error().message);
        }
        return {};
    }

    const BoardDescription& board_;
    const CommandLine& line_;
    MachineFeatures features_;
    std::vector<BackendObject> backends_;
    Interval room_{};  // for memory devices
};

}  // namespace detail

/// `words` are the options, as after a program's name. Errors name the option, the rule and the remedy.
inline Expected<Configuration> configure(const BoardDescription& board,
                                         std::span<const std::string_view> words, Reading reading = {}) {
    return detail::reading([&]() -> Expected<Configuration> {
        const auto line = parse_command_line(words, reading);
        if (!line) return std::unexpected(line.error());
        return detail::Configuring(board, *line).configure();
    });
}

}  // namespace wirewrap::config
