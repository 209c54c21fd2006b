// Dirty tracking, a policy of a machine: which pages of its memory blocks were stored to, for up to `Clients` readers that
// each take them in their own time (an incremental snapshot, a reset to an earlier state, a display).
//
//     using Tracked = Machine<Handheld, hostmem::Memfd, DirtyPages<2>>;
//     auto machine = Tracked::create().value();
//     machine.store<std::uint32_t>(at(0x8000'1000), 1);
//     machine.policy<DirtyPages<2>>().take(0, [](DirtyPage page) { … });      // block 0 (main RAM), offset 4 KiB
//
// A page counts as stored to when a store to it went through, an atomic operation of a hart among them, and when somebody
// said that it changed (`Machine::changed`). Host memory that was handed out for writing (`ram_span`, `memory_span`) can be
// stored to without a word, so its pages are among those of every `take` from then on:
//
//     const auto input = machine.ram_span(at(0x8010'0000), 64_B);    // its page is dirty, and stays so
//     machine.give_back(input);                                      // once more, and then no longer of itself
//
// What is stored through `memory_blocks()` or `ram_memory()`, or by another process, is not seen: tell it by `changed`.
// For one thread at a time, as the machine. A machine that was moved takes its pages along; what is left has none.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include <wirewrap/base/bytes.hpp>
#include <wirewrap/base/error.hpp>
#include <wirewrap/state/byte_ranges.hpp>
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

    /// Takes the pages that `client` (0 … Clients-1) has not taken since they were last stored to, and all that are handed
    /// out: calls `each(DirtyPage)` for them in ascending order; how many there were.
    template <class Each>
    std::size_t take(std::size_t client, Each&& each) {
        ++takes_[client];
        std::size_t block = 0;
        const std::size_t taken = sets_[client].take([&](std::size_t page) {
            while (block + 1 != first_.size() && first_[block + 1] <= page) ++block;
            each(DirtyPage{block, Bytes{(page - first_[block]) * tracked_page.count}});
        });
        insert_lent(sets_[client]);
        return taken;
    }
    /// Forgets what `client` has not taken, but for the pages that are handed out.
    void forget(std::size_t client) {
        ++takes_[client];
        sets_[client].take([](std::size_t) {});
        insert_lent(sets_[client]);
    }
    /// How often pages of `client` were taken or forgotten: by it one can tell that somebody else did.
    std::uint64_t takes(std::size_t client) const { return takes_[client]; }
    /// False also of pages that the machine has not.
    bool dirty(std::size_t client, DirtyPage page) const {
        if (page.block >= first_.size()) return false;
        const std::size_t number = page.offset / tracked_page;
        return number < end_of(page.block) - first_[page.block] &&
               sets_[client].contains(first_[page.block] + number);
    }
    /// Stretches of memory that are handed out; what lies side by side is one.
    std::size_t lent_ranges() const { return lent_.size(); }

    // ---- hooks of the machine

    Expected<void> attach(std::span<const Bytes> blocks) {
        std::size_t pages = 0;
        first_.clear();
        for (const Bytes size : blocks) {
            first_.push_back(pages);
            pages += size / tracked_page + (size % tracked_page != Bytes{} ? 1 : 0);
        }
        end_ = pages;
        lent_ = {};
        for (PageSet& set : sets_) {
            auto made = PageSet::create(pages);
            if (!made) return fail("dirty tracking: ", made.error().message);
            set = std::move(*made);
        }
        return {};
    }
    [[gnu::always_inline]] void ram_stored(Bytes offset, std::size_t width) { mark(0, offset.count, width); }
    void block_stored(std::size_t block, Bytes offset, std::size_t width) {
        if (width != 0) mark(first_[block], offset.count, width);
    }
    void lent(std::size_t block, Bytes offset, Bytes size) {
        const std::uint64_t begin = first_[block] * tracked_page.count + offset.count;
        lent_.add(begin, begin + size.count);
        for (PageSet& set : sets_) insert_lent(set, begin, begin + size.count);
    }
    void given_back(std::size_t block, Bytes offset, Bytes size) {
        // Its pages are in every set now, and leave it with the next `take`, unless a neighbour is still handed out.
        const std::uint64_t begin = first_[block] * tracked_page.count + offset.count;
        lent_.remove(begin, begin + size.count);
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

    static void insert_lent(PageSet& set, std::uint64_t begin, std::uint64_t end) {
        const std::size_t last = (end - 1) / tracked_page.count;
        for (std::size_t page = begin / tracked_page.count; page <= last; ++page) set.insert(page);
    }
    void insert_lent(PageSet& set) const {
        for (const ByteRanges::Range& range : lent_) insert_lent(set, range.begin, range.end);
    }
    std::size_t end_of(std::size_t block) const {
        return block + 1 == first_.size() ? end_ : first_[block + 1];
    }

    std::array<PageSet, Clients> sets_;
    std::array<std::uint64_t, Clients> takes_{};
    std::vector<std::size_t> first_;  // page number of the first page of each block
    std::size_t end_ = 0;             // behind the last page of the last block
    ByteRanges lent_;  // handed out, in bytes of all blocks one behind the other, in whole pages
};

}  // namespace wirewrap::state
