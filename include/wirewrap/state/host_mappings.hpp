// The kernel's own list of what is mapped where in this process: whether memory is anonymous, and which file is behind it,
// whoever mapped it.
//
//     for (const HostMapping& mapping : HostMappings().overlapping(memory))
//         if (mapping.anonymous()) …
//
// Source: Linux, Documentation/filesystems/proc.rst, /proc/PID/maps and PROCMAP_QUERY.
#pragma once

#include <cerrno>
#include <cinttypes>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include <fcntl.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include <wirewrap/base/bytes.hpp>
#include <wirewrap/hostmem/os.hpp>

namespace wirewrap::state {

struct HostMapping {
    std::uintptr_t begin = 0, end = 0;
    bool shared = false;
    std::uint64_t offset = 0;  // in the file
    unsigned major = 0, minor = 0;
    std::uint64_t inode = 0;  // 0: there is no file

    bool operator==(const HostMapping&) const = default;

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

/// The list, opened for many questions. Of the process that opened it, also in a child of fork(2).
class HostMappings {
    using Descriptor = hostmem::os::Descriptor;

public:
    HostMappings() {
        if (auto file = hostmem::os::open("/proc/self/maps", O_RDONLY)) file_ = std::move(*file);
    }

    /// Those that overlap `memory`, ascending. Empty where /proc cannot be read.
    std::vector<HostMapping> overlapping(std::span<const std::byte> memory) const {
        std::vector<HostMapping> found;
        if (!file_ || memory.empty()) return found;
        const auto first = reinterpret_cast<std::uintptr_t>(memory.data());
        if (!ask(first, first + memory.size(), found)) read(first, first + memory.size(), found);
        return found;
    }

    // The two ways, of which the second is for kernels before 6.11.

    /// Asks for one mapping in [first, last) after the other; false where the kernel cannot be asked so.
    bool ask(std::uintptr_t first, std::uintptr_t last, std::vector<HostMapping>& found) const {
        for (std::uintptr_t at = first; at < last;) {
            Query one{.flags = covering_or_next, .address = at};
            if (::ioctl(file_.number(), query, &one) != 0) {
                if (errno == ENOENT) return true;  // nothing is mapped from there on
                found.clear();
                return false;
            }
            if (one.begin >= last) return true;
            found.push_back({.begin = one.begin,
                             .end = one.end,
                             .shared = (one.permissions & shared) != 0,
                             .offset = one.offset,
                             .major = one.major,
                             .minor = one.minor,
                             .inode = one.inode});
            at = one.end;
        }
        return true;
    }

    /// Reads the whole list as text.
    void read(std::uintptr_t first, std::uintptr_t last, std::vector<HostMapping>& found) const {
        std::string text;
        char part[4096];
        for (off_t at = 0;;) {
            const ::ssize_t count = ::pread(file_.number(), part, sizeof part, at);
            if (count < 0 && errno == EINTR) continue;
            if (count < 0) return;
            if (count == 0) break;
            text.append(part, static_cast<std::size_t>(count));
            at += count;
        }
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
    }

private:
    // As the kernel has it (include/uapi/linux/fs.h, since 6.11), which older headers lack.
    struct Query {
        std::uint64_t size = sizeof(Query), flags = 0, address = 0;
        std::uint64_t begin = 0, end = 0, permissions = 0, page_size = 0, offset = 0, inode = 0;
        std::uint32_t major = 0, minor = 0, name_size = 0, build_id_size = 0;
        std::uint64_t name = 0, build_id = 0;
    };
    static constexpr unsigned long query = _IOWR('f', 17, Query);
    static constexpr std::uint64_t covering_or_next = 0x10, shared = 0x08;

    Descriptor file_;
};

}  // namespace wirewrap::state
