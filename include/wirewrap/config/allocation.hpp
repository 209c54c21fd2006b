// A configuration made real: every backend allocated, and what QEMU's query-memdev says of each.
//
//     auto memory = allocate(*configuration);                 // reserve, bind, populate: each backend as it asks
//     if (!memory) return fail(memory.error().message);
//     memory->front().attributes().prealloc;
#pragma once

#include <cstddef>
#include <string>
#include <utility>
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
    bool merge;
    bool dump;
    bool prealloc;
    bool share;
    bool reserve;
    hostmem::NumaPolicy policy;
};

/// A backend of a configuration, with its memory.
struct Block {
    std::string id;
    hostmem::HostMemory<hostmem::Selected> memory;

    /// As the memory is, which is as it was asked for.
    Memdev attributes() const {
        const auto& options = memory.options();
        return {.id = id,
                .size = memory.size(),
                .merge = options.merge(),
                .dump = options.dump(),
                .prealloc = options.prealloc(),
                .share = memory.backing().shared(),
                .reserve = options.reserve(),
                .policy = options.policy()};
    }
};

/// All of a configuration's backends, in its order. No page is taken before all have their address space and their policy:
/// what the host refuses then has cost nothing, and files that were created for it are gone again.
inline Expected<std::vector<Block>> allocate(const Configuration& configuration) {
    using hostmem::Selected;
    const auto failed = [](const BackendObject& backend, const Error& error) {
        return fail("memory backend ", backend.id, ": ", error.message);
    };
    std::vector<hostmem::Bound<Selected>> bound;
    for (const BackendObject& backend : configuration.backends) {
        auto one = hostmem::reserve_and_bind<Selected>(backend.size, selection(backend));
        if (!one) return failed(backend, one.error());
        bound.push_back(std::move(*one));
    }
    std::vector<Block> blocks;
    for (std::size_t i = 0; i != bound.size(); ++i) {
        const BackendObject& backend = configuration.backends[i];
        if (!backend.prealloc) {
            blocks.push_back({backend.id, std::move(bound[i]).on_demand()});
            continue;
        }
        auto populated = std::move(bound[i]).populate({.threads = backend.prealloc_threads});
        if (!populated) return failed(backend, populated.error());
        blocks.push_back({backend.id, std::move(*populated)});
    }
    return blocks;
}

}  // namespace wirewrap::config
