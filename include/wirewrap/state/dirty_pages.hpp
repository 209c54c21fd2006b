// Dirty tracking, a policy of a machine: which pages of its memory blocks were stored to, for up to `Clients` readers that
// each take them in their own time (an incremental snapshot, a reset to an earlier state, a display).
//
//     using Tracked = Machine<Handheld, hostmem::Memfd, DirtyPages<2>>;
//     auto machine = Tracked::create().value();
//     machine.store<std::uint32_t>(at(0x8000'1000), 1);
//     machine.policy<DirtyPages<2>>().take(0, [](DirtyPage page) { … });      // block 0 (main RAM), offset 4 KiB
//
// A page counts as stored to when a store to it went through or when its host memory was handed out for writing, as harts
// do for atomic operations and loaders for images. Harts may run on several threads. `take` is for a moment in which none
// of them runs: of a store that goes on at that moment, the bytes may come after the page was taken.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include <wirewrap/base/bytes.hpp>
#include <wirewrap/base/error.hpp>
#include <wirewrap/state/page_set.hpp>

namespace wirewrap::state {

/// What is tracked: 4 KiB, whatever the host's pages are.
inline constexpr Bytes tracked_page{4096};

struct DirtyPage {
    std::size_t block = 0;  // 0: main RAM, then the blocks of the map in its order
    Bytes offset{};         // of the page in its block

    friend bool operator==(const DirtyPage&, const DirtyPage&) = default;
};

template <std::size_t Clients = 1>
    requires(Clients >= 1)
class DirtyPages {
public:
    static constexpr std::size_t clients = Clients;

    /// Takes the pages that `client` (0 … Clients-1) has not taken since they were last stored to: calls `each(DirtyPage)`
    /// for them in ascending order; how many there were.
    template <class Each>
    std::size_t take(std::size_t client, Each&& each) {
        std::size_t block = 0;
        return sets_[client].take([&](std::size_t page) {
            while (block + 1 != first_.size() && first_[block + 1] <= page) ++block;
            each(DirtyPage{block, Bytes{(page - first_[block]) * tracked_page.count}});
        });
    }
    /// Forgets what `client` has not taken.
    void forget(std::size_t client) {
        sets_[client].take([](std::size_t) {});
    }
    bool dirty(std::size_t client, DirtyPage page) const {
        return sets_[client].contains(first_[page.block] + page.offset / tracked_page);
    }

    // ---- hooks of the machine

    Expected<void> attach(std::span<const Bytes> blocks) {
        std::size_t pages = 0;
        first_.clear();
        for (const Bytes size : blocks) {
            first_.push_back(pages);
            pages += size / tracked_page + (size % tracked_page != Bytes{} ? 1 : 0);
        }
        for (PageSet& set : sets_) {
            auto made = PageSet::create(pages);
            if (!made) return fail("dirty tracking: ", made.error().message);
            set = std::move(*made);
        }
        return {};
    }
    [[gnu::always_inline]] void ram_stored(Bytes offset, std::size_t width) { mark(0, offset.count, width); }
    void block_stored(std::size_t block, Bytes offset, std::size_t width) {
        mark(first_[block], offset.count, width);
    }

private:
    [[gnu::always_inline]] void mark(std::size_t first, std::uint64_t offset, std::size_t width) {
        const std::size_t begin = offset / tracked_page.count,
                          last = (offset + width - 1) / tracked_page.count;
        for (PageSet& set : sets_) set.insert(first + begin);
        if (last != begin) [[unlikely]]
            mark_rest(first + begin + 1, first + last, width);
    }
    [[gnu::noinline, gnu::cold]] void mark_rest(std::size_t page, std::size_t last, std::size_t width) {
        if (width == 0) return;
        for (; page <= last; ++page)
            for (PageSet& set : sets_) set.insert(page);
    }

    std::array<PageSet, Clients> sets_;
    std::vector<std::size_t> first_;  // page number of the first page of each block
};

}  // namespace wirewrap::state
