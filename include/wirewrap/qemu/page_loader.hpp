// Where the pages of a stream go: into the memory that the blocks were matched with. Pages of zeroes are most of a
// young machine, and are not written where there are zeroes already, so that memory that nobody used stays unused.
// Memory that is a mapping of the stream's own file has its pages, but for those that are zeroes by now.
#pragma once

#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <optional>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

#include <wirewrap/base/bytes.hpp>
#include <wirewrap/base/error.hpp>
#include <wirewrap/base/zeroes.hpp>
#include <wirewrap/qemu/block_match.hpp>
#include <wirewrap/qemu/missing_pages.hpp>
#include <wirewrap/qemu/ram_section.hpp>

namespace wirewrap::qemu {

/// Stretches of shared memory that have no page yet. Even a look at one would make it, so the file is asked.
class Holes {
public:
    /// `memory` shows the file from `offset` on.
    Holes(int descriptor, Bytes offset, std::span<const std::byte> memory)
        : descriptor_(descriptor), offset_(offset), memory_(memory) {}

    /// True when all of `page` is known to have no memory behind it.
    bool has(std::span<const std::byte> page) {
        if (page.data() < memory_.data() || page.data() >= memory_.data() + memory_.size()) return false;
        const std::uint64_t first = static_cast<std::uint64_t>(page.data() - memory_.data());
        if (first < begin_ || first + page.size() > end_) {
            const auto at = static_cast<::off_t>(offset_.count + first);
            const ::off_t data = ::lseek(descriptor_, at, SEEK_DATA);
            begin_ = first;
            // Beyond the last data the kernel says ENXIO; any other refusal means that it cannot tell.
            if (data >= 0)
                end_ = static_cast<std::uint64_t>(data) - offset_.count;
            else
                end_ = errno == ENXIO ? memory_.size() : first;
        }
        return first + page.size() <= end_;
    }
    /// Something was stored: what was known is known no more.
    void forget() { begin_ = end_ = 0; }

private:
    int descriptor_;
    Bytes offset_;
    std::span<const std::byte> memory_;
    std::uint64_t begin_ = 0, end_ = 0;  // the hole seen last, in bytes of `memory_`
};

struct PageCounts {
    std::uint64_t data = 0, zero = 0, passed_over = 0;
};

/// A `PageSink`. `Match` makes `BlockTargets` of the list of blocks, or an Error.
template <class Match>
class PageLoader {
public:
    /// `apply` false: everything is checked and counted, and nothing written.
    /// `in_place`: what shows the pages of its block already.
    PageLoader(Match match, bool apply, std::vector<Holes> holes, std::span<const std::byte> in_place = {})
        : match_(std::move(match)), apply_(apply), holes_(std::move(holes)), in_place_(in_place) {}

    Expected<void> blocks(std::span<const StreamBlock> list) {
        auto targets = match_(list);
        if (!targets) return std::unexpected(targets.error());
        targets_ = std::move(*targets);
        contents_.list(list);
        return {};
    }

    std::span<std::byte> page(std::size_t block, Bytes offset, Bytes size) {
        const std::span<std::byte> target = see(block, offset, size);
        if (target.empty()) return {};
        ++counts_.data;
        if (!apply_ || lies_in(target, in_place_)) return {};
        forget_holes();
        return target;
    }

    void fill(std::size_t block, Bytes offset, Bytes size, std::byte value) {
        const std::span<std::byte> target = see(block, offset, size);
        if (target.empty()) return;
        ++counts_.zero;
        if (!apply_) return;
        if (value == std::byte{} && (lies_in_hole(target) || all_zero(target))) return;
        forget_holes();
        std::memset(target.data(), static_cast<int>(value), target.size());
    }

    std::span<const StreamBlock> list() const { return contents_.blocks(); }
    bool goes_somewhere(std::size_t block) const { return !targets_[block].empty(); }
    const PageCounts& counts() const { return counts_; }
    bool listed() const { return !contents_.blocks().empty(); }
    /// What never came.
    StreamContents& contents() { return contents_; }

private:
    std::span<std::byte> see(std::size_t block, Bytes offset, Bytes size) {
        contents_.page(block, offset, size);
        const std::span<std::byte> target = targets_[block];
        // The end of a block that QEMU rounded up belongs to nobody.
        if (offset >= Bytes{target.size()} || size > Bytes{target.size()} - offset) {
            ++counts_.passed_over;
            return {};
        }
        return target.subspan(offset.count, size.count);
    }
    static bool lies_in(std::span<const std::byte> page, std::span<const std::byte> memory) {
        return page.data() >= memory.data() && page.data() < memory.data() + memory.size();
    }
    bool lies_in_hole(std::span<const std::byte> page) {
        return std::ranges::any_of(holes_, [&](Holes& holes) { return holes.has(page); });
    }
    void forget_holes() {
        for (Holes& holes : holes_) holes.forget();
    }

    Match match_;
    bool apply_;
    std::vector<Holes> holes_;  // one for each part of main RAM that is shared, or in place
    std::span<const std::byte> in_place_;
    BlockTargets targets_;
    StreamContents contents_;
    PageCounts counts_;
};

}  // namespace wirewrap::qemu
