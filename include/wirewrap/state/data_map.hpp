// Where in a block of a machine's memory there can be anything but zeroes, found without a look at it: a look at a page
// that shared memory does not have yet makes one, and a machine of 64 GiB would take 64 GiB from the host to be saved.
//
//     const DataMap map = DataMap::of(machine, block);
//     for (const ByteRanges::Range& range : map.within(0, block.bytes.size())) …     // offsets in the block
//
// | memory                              | who knows                                                              |
// |-------------------------------------|------------------------------------------------------------------------|
// | shared, of a file (memfd, shm too)  | the file: lseek(2), SEEK_DATA and SEEK_HOLE                            |
// | private, of a file                  | the file, and /proc/self/pagemap for pages that went their own way     |
// | private, anonymous                  | /proc/self/pagemap                                                     |
// | shared, anonymous                   | the kernel's file behind it (/proc/self/map_files), else mincore(2)    |
// | huge pages of a file                | read(2), which makes no page either; pages that are here are not asked |
//
// Where none of them can tell, all of it counts as data: slower, and never wrong. Ranges begin and end with pages of 4 KiB,
// or with the block.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include <sys/sysinfo.h>

#include <wirewrap/base/bytes.hpp>
#include <wirewrap/hostmem/os.hpp>
#include <wirewrap/hostmem/parts.hpp>
#include <wirewrap/state/byte_ranges.hpp>
#include <wirewrap/state/file_data.hpp>
#include <wirewrap/state/host_mappings.hpp>
#include <wirewrap/state/touched_pages.hpp>

namespace wirewrap::state {

/// What the kernel tells of this process's memory, opened once for the maps of many blocks.
struct HostView {
    HostMappings mappings;
    TouchedPages pages;

    static std::shared_ptr<const HostView> open() { return std::make_shared<const HostView>(); }
};

class DataMap {
    using Descriptor = hostmem::os::Descriptor;

public:
    /// Of nothing.
    DataMap() = default;
    /// Of memory of which nothing is known but its address, and a file that may be behind it.
    explicit DataMap(std::span<const std::byte> memory, int file = -1,
                     std::shared_ptr<const HostView> host = HostView::open())
        : memory_(memory), host_(std::move(host)) {
        add_mapped(0, memory.size(), file);
    }
    /// Of one of the machine's `memory_blocks()`. Valid as long as the machine. Who asks for many opens `host` once.
    template <class M, class Block>
    static DataMap of(M& machine, const Block& block,
                      std::shared_ptr<const HostView> host = HostView::open()) {
        DataMap map;
        map.memory_ = block.bytes;
        map.host_ = std::move(host);
        if constexpr (requires { hostmem::parts_of(*machine.ram_memory()); }) {
            if (block.id == M::BoardType::ram.id && machine.ram_memory()) {
                for (const hostmem::MemoryPart& part : hostmem::parts_of(*machine.ram_memory())) {
                    const std::uint64_t begin = std::min<std::uint64_t>(part.offset.count,
                                                                        block.bytes.size());
                    const std::uint64_t end = std::min<std::uint64_t>((part.offset + part.size).count,
                                                                      block.bytes.size());
                    if (part.descriptor)
                        map.add_file(begin, end, Descriptor(), *part.descriptor, part.descriptor_offset.count,
                                     part.shared);
                    else
                        map.add_mapped(begin, end);
                }
                return map;
            }
        }
        map.add_mapped(0, block.bytes.size());
        return map;
    }

    /// Ranges of [begin, end) that can hold data; all others are zero.
    ByteRanges within(std::uint64_t begin, std::uint64_t end) const {
        end = std::min<std::uint64_t>(end, memory_.size());
        ByteRanges found;
        for (const Source& source : sources_) {
            const std::uint64_t from = std::max(begin, source.begin), to = std::min(end, source.end);
            if (from < to) look(source, from, to, found);
        }
        ByteRanges pages;
        for (const ByteRanges::Range& range : found)
            pages.add(std::max(begin, range.begin / page * page),
                      std::min(end, (range.end + page - 1) / page * page));
        return pages;
    }

private:
    static constexpr std::uint64_t page = 4096;

    struct Source {
        std::uint64_t begin = 0, end = 0;  // in the memory
        Descriptor owned{};                // closed with the map; or
        int file = -1;                     // another's
        std::uint64_t offset = 0;          // of `begin` in the file
        bool own_pages = false;            // pages that are not the file's show in the page map
        bool in_core = false;              // without a file and without swap: mincore knows
    };

    void add_file(std::uint64_t begin, std::uint64_t end, Descriptor owned, int file, std::uint64_t offset,
                  bool shared) {
        sources_.push_back({.begin = begin,
                            .end = end,
                            .owned = std::move(owned),
                            .file = file,
                            .offset = offset,
                            .own_pages = !shared});
    }

    // The kernel's list says what is there. What is missing in it has no source, so it is made data as a whole.
    void add_mapped(std::uint64_t begin, std::uint64_t end, int file = -1) {
        const std::span<const std::byte> memory = memory_.subspan(begin, end - begin);
        const auto first = reinterpret_cast<std::uintptr_t>(memory.data());
        struct stat status{};
        const bool known = file >= 0 && ::fstat(file, &status) == 0;
        std::uint64_t at = begin;
        for (const HostMapping& mapping : host_->mappings.overlapping(memory)) {
            const std::uint64_t from = begin + (std::max(mapping.begin, first) - first);
            const std::uint64_t to = begin + std::min<std::uint64_t>(mapping.end - first, end - begin);
            if (from != at) break;
            at = to;
            const std::uint64_t offset = mapping.offset + (std::max(mapping.begin, first) - mapping.begin);
            if (mapping.anonymous()) {
                add_file(from, to, Descriptor(), -1, 0, false);
            } else if (known && mapping.of(status)) {
                add_file(from, to, Descriptor(), file, offset, mapping.shared);
            } else if (auto opened = mapping.open()) {
                const int number = opened->number();
                add_file(from, to, std::move(*opened), number, offset, mapping.shared);
            } else {
                sources_.push_back({.begin = from, .end = to, .in_core = mapping.shared && swapless()});
            }
        }
        if (at != end) sources_.push_back({.begin = at, .end = end});
    }

    void look(const Source& source, std::uint64_t begin, std::uint64_t end, ByteRanges& found) const {
        bool told = source.file >= 0 || source.own_pages || source.in_core;
        if (source.own_pages)
            host_->pages.each_in(memory_.subspan(begin, end - begin),
                                 [&](std::size_t offset, std::size_t size) {
                                     found.add(begin + offset, begin + offset + size);
                                 });
        if (source.in_core) told = look_in_core(begin, end, found);
        if (source.file >= 0) {
            ByteRanges in_file, here;
            const std::uint64_t from = source.offset + (begin - source.begin);
            told = add_file_data(source.file, from, from + (end - begin), in_file);
            for (const ByteRanges::Range& range : in_file)
                here.add(begin + (range.begin - from), begin + (range.end - from));
            found.add(here);
        }
        if (!told) found.add(begin, end);
    }

    bool look_in_core(std::uint64_t begin, std::uint64_t end, ByteRanges& found) const {
        const std::uint64_t host_page = hostmem::os::page_size().count;
        const auto first = reinterpret_cast<std::uintptr_t>(memory_.data());
        const std::uintptr_t last = first + end;
        std::array<unsigned char, 4096> present;
        for (std::uintptr_t at = (first + begin) / host_page * host_page; at < last;) {
            const std::size_t pages = std::min<std::size_t>(present.size(), (last - at - 1) / host_page + 1);
            if (::mincore(reinterpret_cast<void*>(at), pages * host_page, present.data()) != 0) return false;
            for (std::size_t i = 0; i != pages; ++i, at += host_page)
                if ((present[i] & 1) != 0)
                    found.add(std::max<std::uint64_t>(at - std::min(at, first), begin),
                              std::min<std::uint64_t>(at + host_page - first, end));
        }
        return true;
    }

    // A page that is swapped out is not in core, though it has data.
    static bool swapless() {
        struct sysinfo info{};
        return ::sysinfo(&info) == 0 && info.totalswap == 0;
    }

    std::span<const std::byte> memory_;
    std::vector<Source> sources_;
    std::shared_ptr<const HostView> host_;
};

}  // namespace wirewrap::state
