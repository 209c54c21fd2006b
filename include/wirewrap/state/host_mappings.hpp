// The kernel's own list of what is mapped where in this process: whether memory is anonymous, and which file is behind it,
// whoever mapped it.
//
//     for (const HostMapping& mapping : host_mappings(memory))      // those that overlap it, ascending
//         if (mapping.anonymous()) …
//
// Source: Linux, Documentation/filesystems/proc.rst, /proc/PID/maps.
#pragma once

#include <cinttypes>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <span>
#include <string>
#include <vector>

#include <sys/sysmacros.h>

#include <wirewrap/base/bytes.hpp>
#include <wirewrap/hostmem/os.hpp>

namespace wirewrap::state {

struct HostMapping {
    std::uintptr_t begin = 0, end = 0;
    bool shared = false;
    std::uint64_t offset = 0;  // in the file
    unsigned major = 0, minor = 0;
    std::uint64_t inode = 0;  // 0: there is no file

    bool anonymous() const { return !shared && inode == 0; }
    /// Whether it is this file that is mapped.
    bool of(const struct stat& file) const {
        return inode == file.st_ino && major == gnu_dev_major(file.st_dev) &&
               minor == gnu_dev_minor(file.st_dev);
    }
    /// Opens the file, which takes privileges (CAP_CHECKPOINT_RESTORE).
    hostmem::os::Result<hostmem::os::Descriptor> open() const {
        char path[64];
        std::snprintf(path, sizeof path, "/proc/self/map_files/%" PRIxPTR "-%" PRIxPTR, begin, end);
        return hostmem::os::open(path, O_RDONLY);
    }
};

/// Empty where /proc cannot be read.
inline std::vector<HostMapping> host_mappings(std::span<const std::byte> memory) {
    std::vector<HostMapping> found;
    const auto file = hostmem::os::open("/proc/self/maps", O_RDONLY);
    if (!file) return found;
    std::string text;
    for (char part[4096];;) {
        const ::ssize_t count = ::read(file->number(), part, sizeof part);
        if (count < 0 && errno == EINTR) continue;
        if (count < 0) return found;
        if (count == 0) break;
        text.append(part, static_cast<std::size_t>(count));
    }
    const auto first = reinterpret_cast<std::uintptr_t>(memory.data());
    const std::uintptr_t last = first + memory.size();
    for (std::size_t at = 0; at < text.size();) {
        const std::size_t line = at;
        at = text.find('\n', at);
        at = at == std::string::npos ? text.size() : at + 1;
        HostMapping one;
        char permissions[5]{};
        if (std::sscanf(text.c_str() + line, "%" SCNxPTR "-%" SCNxPTR " %4s %" SCNx64 " %x:%x %" SCNu64,
                        &one.begin, &one.end, permissions, &one.offset, &one.major, &one.minor,
                        &one.inode) != 7)
            continue;
        one.shared = permissions[3] == 's';
        if (one.begin < last && first < one.end) found.push_back(one);
    }
    return found;
}

}  // namespace wirewrap::state
