// Which ranges of a file can hold anything but zeroes, as its file system tells: no page of it is looked at, and none is made.
//
//     ByteRanges data;
//     if (!add_file_data(descriptor, 0, size, data)) …       // it cannot tell
//
// Source: lseek(2), SEEK_DATA and SEEK_HOLE. Pages of tmpfs that are swapped out are data, too. hugetlbfs takes all of a file
// for data, so it is read: read(2) of a page that is not there gives zeroes and makes none.
#pragma once

#include <algorithm>
#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <new>

#include <wirewrap/hostmem/os.hpp>
#include <wirewrap/state/byte_ranges.hpp>

namespace wirewrap::state {

namespace detail {

inline bool add_huge_page_data(int file, std::uint64_t begin, std::uint64_t end, ByteRanges& to) {
    constexpr std::size_t most = 1 << 20;
    const std::unique_ptr<std::byte[]> buffer(new (std::nothrow) std::byte[most]);
    if (buffer == nullptr) return false;
    for (std::uint64_t at = begin; at < end;) {
        const ::ssize_t count = ::pread(file, buffer.get(), std::min<std::uint64_t>(most, end - at),
                                        static_cast<::off_t>(at));
        if (count < 0 && errno == EINTR) continue;
        if (count < 0) return false;
        if (count == 0) return true;  // behind its end
        const auto size = static_cast<std::size_t>(count);
        if (buffer[0] != std::byte{0} || std::memcmp(buffer.get(), buffer.get() + 1, size - 1) != 0)
            to.add(at, at + size);
        at += size;
    }
    return true;
}

}  // namespace detail

/// Adds what of [begin, end) of the file is data. False: it cannot tell, and what was added is not all.
inline bool add_file_data(int file, std::uint64_t begin, std::uint64_t end, ByteRanges& to) {
    constexpr std::uint64_t page = 4096, few_pages = 256;
    struct stat status{};
    if (::fstat(file, &status) != 0 || !S_ISREG(status.st_mode)) return false;
    struct statfs system{};
    if (::fstatfs(file, &system) == 0 && system.f_type == HUGETLBFS_MAGIC)
        return detail::add_huge_page_data(file, begin, end, to);
    // The end of a long stretch is searched for page by page in the kernel: those who ask for little go without.
    const bool little = end - begin <= few_pages * page;
    for (std::uint64_t at = begin; at < end;) {
        const ::off_t data = ::lseek(file, static_cast<::off_t>(at), SEEK_DATA);
        if (data < 0) return errno == ENXIO;  // no data from here on; else: it does not know what was asked
        const auto from = static_cast<std::uint64_t>(data);
        if (from < at) return false;
        if (from >= end) return true;
        if (little) {
            at = from / page * page + page;
        } else {
            const ::off_t hole = ::lseek(file, data, SEEK_HOLE);
            if (hole <= data) return false;
            at = static_cast<std::uint64_t>(hole);
        }
        to.add(from, std::min(at, end));
    }
    return true;
}

}  // namespace wirewrap::state
