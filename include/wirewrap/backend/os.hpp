// The system calls behind disks, and nothing else. As in hostmem/os.hpp, each returns what the kernel said.
//
//     if (auto read = os::read_at(file, 512, bytes); !read) …          // all of them, or why not; EIO past the end
#pragma once

#include <fcntl.h>
#include <linux/falloc.h>
#include <sys/random.h>
#include <unistd.h>

#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

#include <wirewrap/hostmem/os.hpp>

namespace wirewrap::backend::os {

using hostmem::os::Descriptor;
using hostmem::os::done;
using hostmem::os::Failure;
using hostmem::os::failure;
using hostmem::os::Result;
using hostmem::os::text;

/// All of `to`. A file that ends before is an I/O error: it was longer when it was opened.
inline Result<void> read_at(const Descriptor& file, std::uint64_t offset, std::span<std::byte> to) {
    while (!to.empty()) {
        const ::ssize_t count = ::pread(file.number(), to.data(), to.size(), static_cast<::off_t>(offset));
        if (count < 0 && errno == EINTR) continue;
        if (count < 0) return failure();
        if (count == 0) return std::unexpected(Failure{EIO});
        to = to.subspan(static_cast<std::size_t>(count));
        offset += static_cast<std::uint64_t>(count);
    }
    return {};
}
/// All of `from`. EFBIG where the file may not be so long.
inline Result<void> write_at(const Descriptor& file, std::uint64_t offset, std::span<const std::byte> from) {
    if (Bytes{offset + from.size()} > hostmem::os::longest_file()) return std::unexpected(Failure{EFBIG});
    while (!from.empty()) {
        const ::ssize_t count = ::pwrite(file.number(), from.data(), from.size(),
                                         static_cast<::off_t>(offset));
        if (count < 0 && errno == EINTR) continue;
        if (count < 0) return failure();
        if (count == 0) return std::unexpected(Failure{EIO});
        from = from.subspan(static_cast<std::size_t>(count));
        offset += static_cast<std::uint64_t>(count);
    }
    return {};
}
inline Result<void> synchronize(const Descriptor& file) {
    return hostmem::os::with_patience(EINTR, [&] { return done(::fdatasync(file.number())); });
}
/// The range reads as zeroes and keeps its place.
inline Result<void> zero(const Descriptor& file, Bytes offset, Bytes size) {
    return hostmem::os::with_patience(EINTR, [&] {
        return done(::fallocate(file.number(), FALLOC_FL_ZERO_RANGE | FALLOC_FL_KEEP_SIZE,
                                static_cast<::off_t>(offset.count), static_cast<::off_t>(size.count)));
    });
}
/// Not something that this file system has.
inline bool is_unknown(Failure reason) { return reason.code == EOPNOTSUPP || reason.code == ENOSYS; }

/// A lock of one byte that is shared by all who hold it, and belongs to the open file, not to the process. The byte need not
/// exist.
inline Result<void> share_byte(const Descriptor& file, std::uint64_t offset) {
    struct ::flock lock{};
    lock.l_type = F_RDLCK;
    lock.l_whence = SEEK_SET;
    lock.l_start = static_cast<::off_t>(offset);
    lock.l_len = 1;
    return done(::fcntl(file.number(), F_OFD_SETLK, &lock));
}
/// Whether another open file holds a lock of that byte; nothing where the file system has no locks.
inline std::optional<bool> byte_is_shared(const Descriptor& file, std::uint64_t offset) {
    struct ::flock lock{};
    lock.l_type = F_WRLCK;
    lock.l_whence = SEEK_SET;
    lock.l_start = static_cast<::off_t>(offset);
    lock.l_len = 1;
    if (::fcntl(file.number(), F_OFD_GETLK, &lock) != 0) return std::nullopt;
    return lock.l_type != F_UNLCK;
}
inline Result<void> random(std::span<std::byte> to) {
    while (!to.empty()) {
        const ::ssize_t count = ::getrandom(to.data(), to.size(), 0);
        if (count < 0 && errno == EINTR) continue;
        if (count < 0) return failure();
        to = to.subspan(static_cast<std::size_t>(count));
    }
    return {};
}

}  // namespace wirewrap::backend::os
