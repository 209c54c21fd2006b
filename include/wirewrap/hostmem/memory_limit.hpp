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
/// The value behind `name` in lines of `name value`.
inline Bytes entry(std::string_view lines, std::string_view name) {
    while (!lines.empty()) {
        const std::string_view line = lines.substr(0, lines.find('\n'));
        lines.remove_prefix(std::min(line.size() + 1, lines.size()));
        if (line.size() > name.size() && line.starts_with(name) && line[name.size()] == ' ')
            return number(line.substr(name.size() + 1)).value_or(Bytes{});
    }
    return {};
}
}  // namespace detail

/// Of cgroups version 2 mounted at /sys/fs/cgroup. Nothing where there are none or none has a limit, and where swap space
/// may take what does not fit.
inline std::optional<MemoryLimit> memory_limit() {
    const auto groups = os::read_text("/proc/self/cgroup");
    if (!groups) return std::nullopt;
    const std::size_t begin = groups->starts_with("0::") ? 0 : groups->find("\n0::");
    if (begin == groups->npos) return std::nullopt;
    const std::size_t path_begin = groups->find("0::", begin) + 3;
    std::string path = groups->substr(path_begin, groups->find('\n', path_begin) - path_begin);
    if (path == "/") path.clear();  // the outermost that this process sees, which may have a limit too
    std::optional<MemoryLimit> least;
    for (bool more = true; more; more = !path.empty(), path.resize(more ? path.rfind('/') : 0)) {
        const auto file = [&](const char* name) {
            return os::read_text(("/sys/fs/cgroup" + path + "/" + name).c_str()).value_or("");
        };
        const auto allowed = detail::number(file("memory.max"));
        const bool swaps = file("memory.swap.max") != "0" &&
                           os::read_text("/proc/swaps").value_or("").find('\n') != std::string::npos;
        if (!allowed || swaps) continue;
        const std::string taken = file("memory.stat");
        const Bytes kept = detail::entry(taken, "anon") + detail::entry(taken, "shmem");
        const Bytes room = *allowed - std::min(*allowed, kept);
        if (!least || room < least->room) least = MemoryLimit{path.empty() ? "/" : path, *allowed, room};
    }
    return least;
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
