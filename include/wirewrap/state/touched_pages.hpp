// Which pages of private memory this process ever touched: the others are zero, or those of the file behind it, and looking
// at them would cost more than asking.
//
//     for_touched_pages(block, [](std::size_t offset, std::size_t size) { … });      // neighbours together
//
// Source: Linux, Documentation/admin-guide/mm/pagemap.rst: bits 63 (present) and 62 (swapped) of a page's entry. Where
// /proc cannot be read, every page counts as touched. Of shared memory it says nothing: what another mapping made of a page
// does not show (data_map.hpp).
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include <wirewrap/hostmem/os.hpp>

namespace wirewrap::state {

/// Calls `each(offset, size)`, in bytes, for stretches of `memory` that hold all pages that were touched. `pagemap`: the
/// open file of that name, or one without a number.
template <class Each>
void for_touched_pages(const hostmem::os::Descriptor& pagemap, std::span<const std::byte> memory, Each each) {
    if (memory.empty()) return;
    if (!pagemap) return each(std::size_t{0}, memory.size());
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
        const ::ssize_t read = ::pread(pagemap.number(), entries.data(), count * sizeof entries[0],
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

inline hostmem::os::Descriptor open_pagemap() {
    auto file = hostmem::os::open("/proc/self/pagemap", O_RDONLY);
    return file ? std::move(*file) : hostmem::os::Descriptor();
}

template <class Each>
void for_touched_pages(std::span<const std::byte> memory, Each each) {
    for_touched_pages(open_pagemap(), memory, each);
}

}  // namespace wirewrap::state
