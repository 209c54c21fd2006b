// `-object thread-context,id=ID,cpu-affinity=0-1` or `node-affinity=0`: where the workers of prealloc run.
//
//     const auto object = parse_object("thread-context,id=tc,cpu-affinity=0-1,cpu-affinity=6");
//     read_thread_context(*object)->cpus.text();                    // "0, 1 and 6"
//
// A backend names it with prealloc-context=ID. Whether the host has those CPUs is seen when pages are taken. Source:
// util/thread-context.c of QEMU 7.2.
#pragma once

#include <array>
#include <cstdint>

#include <wirewrap/base/error.hpp>
#include <wirewrap/config/object_option.hpp>
#include <wirewrap/config/property.hpp>
#include <wirewrap/config/setting.hpp>
#include <wirewrap/hostmem/prealloc.hpp>

namespace wirewrap::config {

namespace detail {
template <auto Member>
Expected<void> add_places(const Property& property, hostmem::WorkerPlace& place) {
    auto& set = place.*Member;
    const auto numbers = read_numbers(property);
    if (!numbers) return std::unexpected(numbers.error());
    if (numbers->empty()) return fail(property.name, " is empty: name at least one, or leave it out");
    for (const std::uint64_t number : *numbers) {
        if (number >= set.limit)
            return fail(property.name, "=", number, ": they are numbered 0 to ", set.limit - 1);
        static_cast<void>(set.insert(static_cast<unsigned>(number)));
    }
    return {};
}
}  // namespace detail

inline constexpr std::array thread_context_settings{
    Setting<hostmem::WorkerPlace>{.name = "cpu-affinity",
                                  .value = "NUMBER[-NUMBER]",
                                  .help = "CPUs of the host; repeat it for more",
                                  .put = detail::add_places<&hostmem::WorkerPlace::cpus>,
                                  .each = true},
    Setting<hostmem::WorkerPlace>{.name = "node-affinity",
                                  .value = "NUMBER[-NUMBER]",
                                  .help = "nodes of the host; repeat it for more",
                                  .put = detail::add_places<&hostmem::WorkerPlace::nodes>,
                                  .each = true}};

inline Expected<hostmem::WorkerPlace> read_thread_context(const ObjectOption& object) {
    hostmem::WorkerPlace place;
    const auto read = apply(settings(thread_context_settings), object.properties, place, "thread-context");
    if (!read) return std::unexpected(read.error());
    if (!place.cpus.empty() && !place.nodes.empty())
        return fail("cpu-affinity and node-affinity both say where the workers run: leave one out");
    return place;
}

}  // namespace wirewrap::config
