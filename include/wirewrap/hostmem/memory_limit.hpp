// What the memory cgroups of this process allow: a process that takes more is killed, and nobody hears why.
//
//     if (const auto limit = host::memory_limit()) …        // {"/machine.slice/vm1", 32_MiB, 30_MiB}
//     rules::within_limit(64_MiB, limit).view();             // "the memory cgroup /machine.slice/vm1 allows 32 MiB …"
//
// Source: Documentation/admin-guide/cgroup-v2.rst; huge pages of the pool are not counted there.
#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include <wirewrap/base/bytes.hpp>
#include <wirewrap/base/verdict.hpp>
#include <wirewrap/hostmem/os.hpp>

namespace wirewrap::hostmem {

namespace host {

struct MemoryLimit {
    std::string cgroup;  // the one that allows least, as in /proc/self/cgroup
    Bytes allowed;       // memory.max
    Bytes room;          // of it, what is not taken by memory that cannot be given back
};

namespace detail {
inline std::optional<Bytes> number(std::string_view text) {
    if (const auto value = os::take_number(text)) return Bytes{*value};
    return std::nullopt;
}
/// What is behind `name` and `separator` in the line that begins so.
inline std::string_view value(std::string_view lines, std::string_view name, std::string_view separator) {
    while (!lines.empty()) {
        std::string_view line = lines.substr(0, lines.find('\n'));
        lines.remove_prefix(std::min(line.size() + 1, lines.size()));
        if (!line.starts_with(name)) continue;
        line.remove_prefix(name.size());
        if (line.starts_with(separator)) return line.substr(separator.size());
    }
    return {};
}
inline Bytes entry(std::string_view lines, std::string_view name) {
    return number(value(lines, name, " ")).value_or(Bytes{});
}
}  // namespace detail

/// Of cgroups version 2 mounted at /sys/fs/cgroup. Nothing where there are none or none has a limit, and where swap space
/// may take what does not fit.
[[gnu::cold]] inline std::optional<MemoryLimit> memory_limit() {
    const std::string groups = os::text_in(Text("/proc/self/cgroup"));
    std::string_view path = detail::value(groups, "0", "::");
    if (!path.starts_with('/')) return std::nullopt;
    if (path == "/") path = {};  // the outermost that this process sees, which may have a limit too
    std::string_view least;
    Bytes allowed{}, room{~std::uint64_t{0}};
    for (;; path = path.substr(0, path.rfind('/'))) {
        const auto file = [&](const char* name) {
            return os::text_in(sentence("/sys/fs/cgroup", path, "/", name));
        };
        const auto most = detail::number(file("memory.max"));
        if (most && (file("memory.swap.max") == "0" ||
                     os::text_in(Text("/proc/swaps")).find('\n') == std::string::npos)) {
            const std::string taken = file("memory.stat");
            const Bytes kept = detail::entry(taken, "anon") + detail::entry(taken, "shmem");
            const Bytes left = *most - std::min(*most, kept);
            if (left < room) least = path.empty() ? "/" : path, allowed = *most, room = left;
        }
        if (path.empty()) break;
    }
    if (least.empty()) return std::nullopt;
    return MemoryLimit{std::string(least), allowed, room};
}

}  // namespace host

namespace rules {
/// `size`: to be taken now.
inline Verdict within_limit(Bytes size, const std::optional<host::MemoryLimit>& limit) {
    if (!limit || size <= limit->room) return accepted();
    return refused("the memory cgroup ", std::string_view(limit->cgroup), " allows ", limit->allowed,
                   ", of which ", limit->room,
                   " are left, and the process would be killed: raise its memory.max, or ask for less");
}
}  // namespace rules

}  // namespace wirewrap::hostmem
