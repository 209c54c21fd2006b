// What the host says about itself: NUMA nodes and their CPUs, overcommit mode, pools of huge pages.
//
//     host::nodes_with_memory()->text();     // "0 and 1"
//     host::overcommit_memory();             // "0"
//     host::huge_pages(2_MiB);               // {.total = 512, .free = 500}
#pragma once

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include <wirewrap/base/bytes.hpp>
#include <wirewrap/base/text.hpp>
#include <wirewrap/hostmem/numa.hpp>
#include <wirewrap/hostmem/os.hpp>

namespace wirewrap::hostmem::host {

/// Reads the kernel's list format, "0-3,8": calls `each(number)` in order. False when it is something else.
template <class Each>
constexpr bool for_each_in_list(std::string_view list, Each each) {
    const char* at = list.data();
    const char* const end = at + list.size();
    while (at != end) {
        unsigned first = 0;
        auto parsed = std::from_chars(at, end, first);
        if (parsed.ec != std::errc{}) return false;
        unsigned last = first;
        if (parsed.ptr != end && *parsed.ptr == '-') {
            parsed = std::from_chars(parsed.ptr + 1, end, last);
            if (parsed.ec != std::errc{}) return false;
        }
        for (unsigned n = first; n <= last; ++n) each(n);
        at = parsed.ptr;
        if (at == end) break;
        if (*at != ',') return false;
        ++at;
    }
    return true;
}

/// The nodes that pages can come from; nothing when the kernel does not say (no NUMA, no /sys).
inline std::optional<NodeSet> nodes_with_memory() {
    const auto list = os::read_text("/sys/devices/system/node/has_memory");
    NodeSet nodes;
    if (!list || !for_each_in_list(*list, [&](unsigned node) { nodes.insert(node); })) return std::nullopt;
    return nodes;
}

/// The CPUs of a node among those in `allowed`; empty when it has none of them.
inline cpu_set_t cpus_of_node(unsigned node, const cpu_set_t& allowed) {
    cpu_set_t cpus;
    CPU_ZERO(&cpus);
    const auto list = os::read_text(
        sentence("/sys/devices/system/node/node", node, "/cpulist").string().c_str());
    if (list)
        static_cast<void>(for_each_in_list(*list, [&](unsigned cpu) {
            if (cpu < CPU_SETSIZE && CPU_ISSET(cpu, &allowed)) CPU_SET(cpu, &cpus);
        }));
    return cpus;
}

struct HugePages {
    std::uint64_t total = 0;
    std::uint64_t free = 0;  // neither used nor promised to a mapping
};
/// The folder of the pool of one page size.
inline Text huge_page_pool(Bytes page) {
    return sentence("/sys/kernel/mm/hugepages/hugepages-", page.count / 1024, "kB");
}
/// The pool of one page size; nothing when the kernel has no such size.
inline std::optional<HugePages> huge_pages(Bytes page) {
    const auto number = [&](std::string_view name) -> std::optional<std::uint64_t> {
        const auto text = os::read_text(sentence(huge_page_pool(page), "/", name).string().c_str());
        std::uint64_t value = 0;
        if (!text || std::from_chars(text->data(), text->data() + text->size(), value).ec != std::errc{})
            return std::nullopt;
        return value;
    };
    const auto total = number("nr_hugepages");
    const auto unused = number("free_hugepages");
    const auto promised = number("resv_hugepages");
    if (!total || !unused || !promised) return std::nullopt;
    return HugePages{*total, *unused - std::min(*unused, *promised)};
}

/// Of that pool, the pages that are free on one node; nothing when the kernel does not say.
inline std::optional<std::uint64_t> free_huge_pages(unsigned node, Bytes page) {
    const auto text = os::read_text(sentence("/sys/devices/system/node/node", node, "/hugepages/hugepages-",
                                             page.count / 1024, "kB/free_hugepages")
                                        .string()
                                        .c_str());
    std::uint64_t value = 0;
    if (!text || std::from_chars(text->data(), text->data() + text->size(), value).ec != std::errc{})
        return std::nullopt;
    return value;
}

/// vm.overcommit_memory: "0" heuristic, "1" always, "2" strict; "unknown" where it cannot be read.
inline std::string overcommit_memory() {
    return os::read_text("/proc/sys/vm/overcommit_memory").value_or("unknown");
}

}  // namespace wirewrap::hostmem::host
