// `-object thread-context,id=ID,cpu-affinity=0-1` or `node-affinity=0`: where the workers of prealloc run.
//
//     const auto object = parse_object("thread-context,id=tc,cpu-affinity=0-1,cpu-affinity=6");
//     read_thread_context(*object)->cpus.text();                    // "0, 1 and 6"
//
// A backend names it with prealloc-context=ID. Whether the host has those CPUs is seen when pages are taken. Source:
// util/thread-context.c of QEMU 7.2.
#pragma once

#include <cstdint>
#include <vector>

#include <wirewrap/base/error.hpp>
#include <wirewrap/config/object_option.hpp>
#include <wirewrap/config/property.hpp>
#include <wirewrap/hostmem/prealloc.hpp>

namespace wirewrap::config {

inline Expected<hostmem::WorkerPlace> read_thread_context(const ObjectOption& object) {
    hostmem::WorkerPlace place;
    for (const Property& property : object.properties) {
        const bool cpus = property.name == "cpu-affinity";
        if (!cpus && property.name != "node-affinity")
            return fail(property.name,
                        " is no property of thread-context: write cpu-affinity or node-affinity");
        const auto numbers = read_numbers(property);
        if (!numbers) return std::unexpected(numbers.error());
        if (numbers->empty()) return fail(property.name, " is empty: name at least one, or leave it out");
        for (const std::uint64_t number : *numbers) {
            const std::uint64_t limit = cpus ? hostmem::CpuSet::limit : hostmem::NodeSet::limit;
            if (number >= limit)
                return fail(property.name, "=", number, ": they are numbered 0 to ", limit - 1);
            if (cpus)
                static_cast<void>(place.cpus.insert(static_cast<unsigned>(number)));
            else
                place.nodes.insert(static_cast<unsigned>(number));
        }
    }
    if (!place.cpus.empty() && !place.nodes.empty())
        return fail("cpu-affinity and node-affinity both say where the workers run: leave one out");
    return place;
}

}  // namespace wirewrap::config
