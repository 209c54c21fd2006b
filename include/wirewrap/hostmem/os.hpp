// The system calls of host memory, and nothing else: each returns what the kernel said, an errno as a value.
//
//     if (auto e = os::advise(data, size, MADV_HUGEPAGE); !e) note(os::text(e.error()));   // "Invalid argument (EINVAL)"
#pragma once

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <expected>
#include <string>
#include <string_view>
#include <utility>

#include <wirewrap/base/bytes.hpp>
#include <wirewrap/base/text.hpp>
#include <wirewrap/hostmem/numa.hpp>

namespace wirewrap::hostmem::os {

/// An errno.
struct Failure {
    int code = 0;
};
template <class T>
using Result = std::expected<T, Failure>;

inline std::unexpected<Failure> failure() { return std::unexpected(Failure{errno}); }
inline Result<void> done(long result) {
    if (result < 0) return failure();
    return {};
}

/// "Cannot allocate memory (ENOMEM)": what the kernel said, for people and for search engines.
inline Text text(Failure failure) {
    const char* description = strerrordesc_np(failure.code);
    const char* symbol = strerrorname_np(failure.code);
    if (description == nullptr || symbol == nullptr) return sentence("error ", failure.code);
    return sentence(std::string_view(description), " (", std::string_view(symbol), ")");
}

inline Bytes page_size() { return Bytes{static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE))}; }

inline Result<std::byte*>
map(void* at, Bytes size, int protection, int flags, int descriptor = -1, Bytes offset = {}) {
    void* address = ::mmap(at, size.count, protection, flags, descriptor, static_cast<off_t>(offset.count));
    if (address == MAP_FAILED) return failure();
    return static_cast<std::byte*>(address);
}
inline Result<void> unmap(std::byte* at, Bytes size) { return done(::munmap(at, size.count)); }
inline Result<void> advise(std::byte* at, Bytes size, int advice) {
    return done(::madvise(at, size.count, advice));
}

/// mbind(2) without libnuma. The kernel reads one bit less than `maxnode`, hence the extra one and the third word.
inline Result<void> bind(std::byte* at, Bytes size, int mode, const NodeSet& nodes, unsigned flags) {
    const std::array<std::uint64_t, 3> mask{nodes.words()[0], nodes.words()[1], 0};
    return done(::syscall(SYS_mbind, at, size.count, mode, mask.data(), NodeSet::limit + 1, flags));
}

/// The text of a small file such as those under /proc and /sys, without the final line end.
inline Result<std::string> read_text(const char* path) {
    const int file = ::open(path, O_RDONLY | O_CLOEXEC);
    if (file < 0) return failure();
    std::string content(4096, '\0');
    const ssize_t length = ::read(file, content.data(), content.size());
    const Failure reason{errno};
    ::close(file);
    if (length < 0) return std::unexpected(reason);
    content.resize(static_cast<std::size_t>(length));
    while (content.ends_with('\n'))
        content.pop_back();
    return content;
}

}  // namespace wirewrap::hostmem::os
