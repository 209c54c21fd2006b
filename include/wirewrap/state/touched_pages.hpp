// Which pages of anonymous memory were ever touched: the others are zero, and looking at them would cost more than asking.
//
//     for_touched_pages(block, [](std::size_t offset, std::size_t size) { … });      // neighbours together
//
// Source: Linux, Documentation/admin-guide/mm/pagemap.rst: bits 63 (present) and 62 (swapped) of a page's entry. Where
// /proc cannot be read, every page counts as touched.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include <wirewrap/hostmem/os.hpp>

namespace wirewrap::state {

/// Calls `each(offset, size)`, in bytes, for stretches of `memory` that hold all pages that were touched.
template <class Each>
void for_touched_pages(std::span<const std::byte> memory, Each each) {
    const auto map = hostmem::os::open("/proc/self/pagemap", O_RDONLY);
    if (!map) return memory.empty() ? void() : each(std::size_t{0}, memory.size());
    const std::uint64_t page = hostmem::os::page_size().count;
    const std::uint64_t first = reinterpret_cast<std::uintptr_t>(memory.data()) / page;
    const std::size_t shift = reinterpret_cast<std::uintptr_t>(memory.data()) % page;
    const std::size_t pages = (shift + memory.size() + page - 1) / page;
    constexpr std::uint64_t touched = std::uint64_t{3} << 62;
    std::array<std::uint64_t, 2048> entries;
    std::size_t begin = 0, end = 0;  // of the stretch, in pages
    const auto give = [&] {
        if (begin == end) return;
        const std::size_t from = begin == 0 ? 0 : begin * page - shift;
        each(from, std::min(end * page - shift, memory.size()) - from);
    };
    for (std::size_t at = 0; at < pages; at += entries.size()) {
        const std::size_t count = std::min(entries.size(), pages - at);
        const ::ssize_t read = ::pread(map->number(), entries.data(), count * sizeof entries[0],
                                       static_cast<off_t>((first + at) * sizeof entries[0]));
        const bool known = read == static_cast<::ssize_t>(count * sizeof entries[0]);
        for (std::size_t i = 0; i != count; ++i) {
            if (known && (entries[i] & touched) == 0) continue;
            if (at + i != end) {
                give();
                begin = at + i;
            }
            end = at + i + 1;
        }
    }
    give();
}

}  // namespace wirewrap::state
