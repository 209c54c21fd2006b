// A configuration made real: every backend allocated, and what QEMU's query-memdev says of each.
//
//     auto memory = allocate(*configuration);                 // reserve, bind, populate: each backend as it asks
//     if (!memory) return fail(memory.error().message);
//     memory->front().memory.data();                          // main RAM, in one piece however many backends it is of
//     memory->front().memdevs()[0].common.prealloc;
//
// A machine allocates its main RAM itself, from the same description; the rest is allocated beside it:
//
//     Machine<B, hostmem::Selected>::create({.ram_size = configuration->sizes.ram, .memory = main_ram(*configuration)});
//     auto others = allocate_others(*configuration);
#pragma once

#include <algorithm>
#include <cstddef>
#include <iterator>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include <wirewrap/base/bytes.hpp>
#include <wirewrap/base/error.hpp>
#include <wirewrap/config/backend_object.hpp>
#include <wirewrap/config/configuration.hpp>
#include <wirewrap/hostmem.hpp>

namespace wirewrap::config {

/// One element of the answer to query-memdev.
struct Memdev {
    std::string id;
    Bytes size;
    bool share;
    hostmem::CommonProperties common;
};

/// Memory of a configuration: main RAM, or a backend that is something else.
struct Block {
    std::string id;  // of the backend; empty for main RAM of several, whose parts have theirs
    hostmem::HostMemory<hostmem::Selected> memory;

    /// What each of its backends is, which is as it was asked for.
    std::vector<Memdev> memdevs() const {
        const std::vector<hostmem::MemoryPart> parts = memory.backing().parts();
        std::vector<Memdev> list;
        for (std::size_t i = 0; i != parts.size(); ++i)
            list.push_back({.id = parts[i].id.empty() ? id : std::string(parts[i].id),
                            .size = parts[i].size,
                            .share = parts[i].shared,
                            .common = memory.options().parts[i].common()});
        return list;
    }
};

/// Of all blocks, in the order in which the backends were created.
inline std::vector<Memdev> memdevs(const Configuration& configuration, std::span<const Block> blocks) {
    std::vector<Memdev> list;
    for (const Block& block : blocks) std::ranges::move(block.memdevs(), std::back_inserter(list));
    std::map<std::string_view, const BackendObject*> places;
    for (const BackendObject& backend : configuration.backends) places.emplace(backend.id, &backend);
    std::ranges::sort(list, {}, [&](const Memdev& memdev) {
        const auto found = places.find(memdev.id);
        return found == places.end() ? nullptr : found->second;
    });
    return list;
}

/// What a machine's main RAM is made of. A machine without RAM has no use for it.
inline hostmem::Selected::Options main_ram(const Configuration& configuration) {
    if (configuration.ram.empty()) return {};
    if (configuration.ram.size() == 1) return selection(*configuration.backend(configuration.ram.front()));
    hostmem::Selected::Options several;
    for (const std::string& id : configuration.ram) several.parts.push_back(part(*configuration.backend(id)));
    return several;
}

namespace detail {
/// Blocks that are to be, in the order in which they are to be.
struct BlocksToBe {
    struct One {
        std::string id;
        Bytes size;
        hostmem::Selected::Options options;
    };
    std::vector<One> all{};

    void add_others(const Configuration& configuration) {
        for (const BackendObject& backend : configuration.backends)
            if (std::ranges::find(configuration.ram, backend.id) == configuration.ram.end())
                all.push_back({backend.id, backend.size, selection(backend)});
    }

    /// No page is taken before all have their address space and their policy: what the host refuses then has cost nothing,
    /// and files that were created for it are gone again.
    Expected<std::vector<Block>> allocate() && {
        using hostmem::Selected;
        const auto failed = [](const One& one, const Error& error) {
            if (one.id.empty()) return std::unexpected(error);  // says which part
            return fail("memory backend ", one.id, ": ", error.message);
        };
        std::vector<hostmem::Bound<Selected>> bound;
        for (const One& one : all) {
            auto memory = hostmem::reserve_and_bind<Selected>(one.size, one.options);
            if (!memory) return failed(one, memory.error());
            bound.push_back(std::move(*memory));
        }
        std::vector<Block> blocks;
        blocks.reserve(bound.size());
        for (std::size_t i = 0; i != bound.size(); ++i) {
            auto memory = std::move(bound[i]).finish();
            if (!memory) {
                // Files of the others have their names already. Nothing here may fail before they are gone.
                Expected<void> undone;
                for (; !blocks.empty();
                     blocks.pop_back())  // the last first, which may share the file of another
                    if (auto gone = hostmem::withdraw(std::move(blocks.back().memory)); !gone)
                        undone = std::move(gone);
                auto why = failed(all[i], memory.error());
                return undone ? why : fail(why.error().message, "; ", undone.error().message);
            }
            blocks.push_back({std::move(all[i].id), std::move(*memory)});
        }
        return blocks;
    }
};

/// The blocks that `add` names.
template <class Add>
Expected<std::vector<Block>> allocated(Add add) {
    return hostmem::detail::no_throw("allocating memory backends", [&] {
        BlocksToBe blocks;
        add(blocks);
        return std::move(blocks).allocate();
    });
}
}  // namespace detail

/// All of a configuration: main RAM first, where there is any, then the other backends in the order of their creation.
inline Expected<std::vector<Block>> allocate(const Configuration& configuration) {
    return detail::allocated([&](detail::BlocksToBe& blocks) {
        if (!configuration.ram.empty())
            blocks.all.push_back({configuration.ram.size() == 1 ? configuration.ram.front() : std::string(),
                                  configuration.ram_bytes(), main_ram(configuration)});
        blocks.add_others(configuration);
    });
}

/// All but main RAM, which a machine allocates.
inline Expected<std::vector<Block>> allocate_others(const Configuration& configuration) {
    return detail::allocated([&](detail::BlocksToBe& blocks) { blocks.add_others(configuration); });
}

}  // namespace wirewrap::config
