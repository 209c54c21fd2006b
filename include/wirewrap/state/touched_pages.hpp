// Which pages of private memory this process ever touched: the others are zero, or those of the file behind it, and looking
// at them would cost more than asking.
//
//     TouchedPages().each_in(block, [](std::size_t offset, std::size_t size) { … });      // neighbours together
//
// Source: Linux, Documentation/admin-guide/mm/pagemap.rst: PAGEMAP_SCAN, and bits 63 (present) and 62 (swapped) of a page's
// entry. Where /proc cannot be read, every page counts as touched. Of shared memory it says nothing: what another mapping made of a page
// does not show (data_map.hpp).
#pragma once

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>

#include <fcntl.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <wirewrap/hostmem/os.hpp>

namespace wirewrap::state {

/// The page map, opened for many questions. Of the process that opened it, also in a child of fork(2).
class TouchedPages {
    using Descriptor = hostmem::os::Descriptor;

public:
    TouchedPages() {
        if (auto file = hostmem::os::open("/proc/self/pagemap", O_RDONLY)) file_ = std::move(*file);
    }

    /// Calls `each(offset, size)`, in bytes, for stretches of `memory` that hold all pages that were touched, ascending.
    template <class Each>
    void each_in(std::span<const std::byte> memory, Each each) const {
        if (memory.empty()) return;
        if (!file_) return each(std::size_t{0}, memory.size());
        const std::uint64_t page = hostmem::os::page_size().count;
        const auto first = reinterpret_cast<std::uintptr_t>(memory.data());
        const std::uintptr_t begin = first / page * page;
        const std::uintptr_t end = (first + memory.size() + page - 1) / page * page;
        const auto give = [&](std::uintptr_t from, std::uintptr_t to) {
            from = std::max(from, first);
            each(from - first, std::min(to, first + memory.size()) - from);
        };
        const std::uintptr_t scanned = scan(begin, end, give);
        read(scanned, end, page, give);
    }

    // The two ways, of which the second is for kernels before 6.7. `give(from, to)` is told addresses.

    /// Lets the kernel walk its own tables, which skips what has none. Returns how far it came: `begin` where it cannot.
    template <class Give>
    std::uintptr_t scan(std::uintptr_t begin, std::uintptr_t end, const Give& give) const {
        std::array<Region, 256> regions;
        std::uintptr_t from = 0, to = 0;  // of what is to be given: neighbours together
        while (begin < end) {
            Scan what{.begin = begin,
                      .end = end,
                      .regions = reinterpret_cast<std::uintptr_t>(regions.data()),
                      .region_count = regions.size(),
                      .any_of = present | swapped,
                      .told = present | swapped};
            const int count = ::ioctl(file_.number(), scan_pages, &what);
            if (count < 0 && errno == EINTR) continue;
            if (count < 0 || what.walked_to <= begin) break;
            for (int i = 0; i != count; ++i) {
                if (regions[static_cast<std::size_t>(i)].begin != to) {
                    if (from != to) give(from, to);
                    from = regions[static_cast<std::size_t>(i)].begin;
                }
                to = regions[static_cast<std::size_t>(i)].end;
            }
            begin = what.walked_to;
        }
        if (from != to) give(from, to);
        return begin;
    }

    /// Reads a number for each page.
    template <class Give>
    void read(std::uintptr_t begin, std::uintptr_t end, std::uint64_t page, const Give& give) const {
        constexpr std::uint64_t touched = std::uint64_t{3} << 62;
        std::array<std::uint64_t, 2048> entries;
        std::uintptr_t from = begin, to = begin;
        for (std::uintptr_t at = begin; at < end;) {
            const std::size_t count = std::min<std::size_t>(entries.size(), (end - at) / page);
            const ::ssize_t got = ::pread(file_.number(), entries.data(), count * sizeof entries[0],
                                          static_cast<off_t>(at / page * sizeof entries[0]));
            const bool known = got == static_cast<::ssize_t>(count * sizeof entries[0]);
            for (std::size_t i = 0; i != count; ++i, at += page) {
                if (known && (entries[i] & touched) == 0) continue;
                if (at != to) {
                    if (from != to) give(from, to);
                    from = at;
                }
                to = at + page;
            }
        }
        if (from != to) give(from, to);
    }

private:
    // As the kernel has them (include/uapi/linux/fs.h, since 6.7), which older headers lack.
    struct Region {
        std::uint64_t begin = 0, end = 0, categories = 0;
    };
    struct Scan {
        std::uint64_t size = sizeof(Scan), flags = 0, begin = 0, end = 0, walked_to = 0;
        std::uint64_t regions = 0, region_count = 0, most_pages = 0;
        std::uint64_t inverted = 0, all_of = 0, any_of = 0, told = 0;
    };
    static constexpr unsigned long scan_pages = _IOWR('f', 16, Scan);
    static constexpr std::uint64_t present = 1 << 3, swapped = 1 << 4;

    Descriptor file_;
};

}  // namespace wirewrap::state
