// What the host says about itself: NUMA nodes and their CPUs, overcommit mode, pools of huge pages.
//
//     host::nodes_with_memory()->text();     // "0 and 1"
//     host::overcommit_memory();             // "0"
//     host::huge_pages(2_MiB);               // {.total = 512, .free = 500}
#pragma once

#include <algorithm>
#include <climits>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include <wirewrap/base/bytes.hpp>
#include <wirewrap/base/text.hpp>
#include <wirewrap/hostmem/numa.hpp>
#include <wirewrap/hostmem/os.hpp>

namespace wirewrap::hostmem::host {

/// Reads the kernel's list format, "0-3,8": calls `each(number)` in order. False when it is something else.
template <class Each>
constexpr bool for_each_in_list(std::string_view list, Each each) {
    const auto take = [&](char separator) {
        const bool there = list.starts_with(separator);
        list.remove_prefix(there);
        return there;
    };
    while (!list.empty()) {
        const auto first = os::take_number(list);
        if (!first) return false;
        const auto last = take('-') ? os::take_number(list) : first;
        if (!last || *last >= UINT_MAX) return false;
        for (std::uint64_t n = *first; n <= *last; ++n) each(static_cast<unsigned>(n));
        if (!list.empty() && !take(',')) return false;
    }
    return true;
}

/// The nodes that pages can come from; nothing when the kernel does not say (no NUMA, no /sys).
[[gnu::cold]] inline std::optional<NodeSet> nodes_with_memory() {
    const auto list = os::read_text("/sys/devices/system/node/has_memory");
    NodeSet nodes;
    if (!list || !for_each_in_list(*list, [&](unsigned node) { nodes.insert(node); })) return std::nullopt;
    return nodes;
}

/// The CPUs of a node among those in `allowed`; empty when it has none of them.
[[gnu::cold]] inline cpu_set_t cpus_of_node(unsigned node, const cpu_set_t& allowed) {
    cpu_set_t cpus;
    CPU_ZERO(&cpus);
    const std::string list = os::text_in(sentence("/sys/devices/system/node/node", node, "/cpulist"));
    static_cast<void>(for_each_in_list(list, [&](unsigned cpu) {
        if (cpu < CPU_SETSIZE && CPU_ISSET(cpu, &allowed)) CPU_SET(cpu, &cpus);
    }));
    return cpus;
}

/// The number at the front of a file; nothing when it cannot be read or has none there.
inline std::optional<std::uint64_t> number_in(const Text& path) {
    const std::string text = os::text_in(path);
    std::string_view rest = text;
    return os::take_number(rest);
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
[[gnu::cold]] inline std::optional<HugePages> huge_pages(Bytes page) {
    const auto number = [&](std::string_view name) {
        return number_in(sentence(huge_page_pool(page), "/", name));
    };
    const auto total = number("nr_hugepages");
    const auto unused = number("free_hugepages");
    const auto promised = number("resv_hugepages");
    if (!total || !unused || !promised) return std::nullopt;
    return HugePages{*total, *unused - std::min(*unused, *promised)};
}

/// Pages that the kernel may still add to the pool when it runs short (nr_overcommit_hugepages).
[[gnu::cold]] inline std::uint64_t huge_pages_to_add(Bytes page) {
    const Text pool = huge_page_pool(page);
    const std::uint64_t most = number_in(sentence(pool, "/nr_overcommit_hugepages")).value_or(0);
    return most - std::min(most, number_in(sentence(pool, "/surplus_hugepages")).value_or(0));
}

/// Of that pool, the pages that are free on one node; nothing when the kernel does not say.
inline std::optional<std::uint64_t> free_huge_pages(unsigned node, Bytes page) {
    return number_in(sentence("/sys/devices/system/node/node", node, "/hugepages/hugepages-",
                              page.count / 1024, "kB/free_hugepages"));
}

/// The sum over nodes, and "node 0 has 3 free, node 1 has 0 free"; nothing when the kernel does not say it of each.
struct FreeOnNodes {
    std::uint64_t pages = 0;
    Text text{};
};
[[gnu::cold]] inline std::optional<FreeOnNodes> free_huge_pages(const NodeSet& nodes, Bytes page) {
    FreeOnNodes sum;
    for (unsigned node = 0; node != NodeSet::limit; ++node) {
        if (!nodes.contains(node)) continue;
        const auto free = free_huge_pages(node, page);
        if (!free) return std::nullopt;
        sum.pages += *free;
        sum.text.append(
            sentence(sum.text.empty() ? "" : ", ", "node ", node, " has ", *free, " free").view());
    }
    return sum;
}

/// vm.overcommit_memory: "0" heuristic, "1" always, "2" strict; "unknown" where it cannot be read.
[[gnu::cold]] inline std::string overcommit_memory() {
    auto mode = os::read_text("/proc/sys/vm/overcommit_memory");
    return mode ? std::move(*mode) : std::string("unknown");
}

}  // namespace wirewrap::hostmem::host
