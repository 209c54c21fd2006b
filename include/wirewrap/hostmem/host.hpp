// What the host says about itself: NUMA nodes with memory, overcommit mode.
//
//     host::nodes_with_memory()->text();     // "0 and 1"
//     host::overcommit_memory();             // "0"
#pragma once

#include <charconv>
#include <optional>
#include <string>
#include <string_view>

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
        for (unsigned n = first; n <= last; ++n)
            each(n);
        at = parsed.ptr;
        if (at != end && *at++ != ',') return false;
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

/// vm.overcommit_memory: "0" heuristic, "1" always, "2" strict; "unknown" where it cannot be read.
inline std::string overcommit_memory() {
    return os::read_text("/proc/sys/vm/overcommit_memory").value_or("unknown");
}

}  // namespace wirewrap::hostmem::host
