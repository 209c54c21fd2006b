// The translations that a hart remembers: for a page of guest addresses, where its bytes are in host memory. A policy
// that translates (translation.hpp) answers from here as long as it can, with one comparison and one addition:
//
//     index = address / 4096 % entries;
//     if (page of the last byte == entry.page)        // one comparison, exact for accesses that cross into the next page
//         … *(entry.offset + address) …               // one addition
//
// Loads and stores have entries of their own, so that permissions and dirty bits cost a hit nothing: a page that may not
// be written, or was not yet, is simply not known to stores. So have the contexts in which accesses are made, so that a
// change of privilege selects a table and forgets nothing.
//
// Tables are small at first, and large from when a hart has asked for many pages between two times of forgetting: programs of
// megabytes would look for most of their pages again and again. To forget costs what was learned since.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <new>

#include <wirewrap/base/bus.hpp>

namespace wirewrap::riscv {

class TranslationCache {
public:
    static constexpr std::uint64_t page_bytes = 4096;
    /// Whose rights an access may have: user, supervisor, supervisor with SUM, machine.
    static constexpr std::size_t contexts = 4;
    /// Pages that a table has room for: 1 MiB, in 4 KiB of host memory, and 64 MiB, in 256 KiB.
    static constexpr std::size_t small = 256, large = 16384;

    TranslationCache() = default;
    TranslationCache(const TranslationCache&) = delete;
    TranslationCache& operator=(const TranslationCache&) = delete;

    /// Finds the host memory of `width` bytes at `address`. False when it is not known, or not in one page.
    template <Access Kind>
    [[gnu::always_inline]] bool hit(std::uint64_t address, std::uint64_t width, std::byte*& host) const {
        const Entry& entry = *at(Kind == Access::store ? stores_ : loads_, address);
        if (page_of(address + (width - 1)) != entry.page) return false;
        host = reinterpret_cast<std::byte*>(entry.offset + address);
        return true;
    }

    /// Accesses are made in this context from now on.
    void select(std::size_t context) {
        context_ = context;
        loads_ = table(context, Access::load);
        stores_ = table(context, Access::store);
    }

    /// From now on `address` and the rest of its page are found at `host`, where the page begins, in this context.
    void learn(Access kind, std::uint64_t address, std::byte* host) {
        if (learned_ == places_.size() && !large_) grow();
        const std::uint64_t page = page_of(address);
        Entry& entry = *at(table(context_, kind), address);
        entry = {page, reinterpret_cast<std::uintptr_t>(host) - page};
        if (learned_ != places_.size()) places_[learned_++] = static_cast<std::uint32_t>(&entry - entries_);
    }

    /// After any change of satp, MXR or PMP.
    void forget() {
        if (learned_ != places_.size())
            std::for_each_n(places_.begin(), learned_, [&](std::uint32_t place) { entries_[place] = {}; });
        else
            std::fill_n(entries_, tables * count(), Entry{});
        learned_ = 0;
    }
    /// The page of one address, in all contexts.
    void forget(std::uint64_t address) {
        for (std::size_t i = 0; i != tables; ++i) *at(entries_ + i * count(), address) = {};
    }

    // For translated code, which looks by itself: where the pointer to the table of this kind is and the mask for the bytes of an
    // entry in it, and how a table is made.
    const void* place_of_table(Access kind) const { return kind == Access::store ? &stores_ : &loads_; }
    const void* place_of_mask() const { return &mask_; }
    static constexpr std::size_t entry_bytes = 16, page_at = 0, offset_at = 8;
    /// What an entry has that knows none: no page starts there, and nothing of two bytes or more that is aligned.
    static constexpr std::uint64_t no_page = 9;

private:
    struct Entry {
        std::uint64_t page = no_page;
        std::uint64_t offset = 0;
    };
    static_assert(sizeof(Entry) == entry_bytes);
    static constexpr std::size_t tables = 2 * contexts;

    static constexpr std::uint64_t page_of(std::uint64_t address) { return address & ~(page_bytes - 1); }

    std::size_t count() const { return mask_ / entry_bytes + 1; }
    Entry* table(std::size_t context, Access kind) const {
        return entries_ + (2 * context + (kind == Access::store)) * count();
    }
    /// A shift and a mask: places are counted in bytes.
    [[gnu::always_inline]] Entry* at(Entry* table, std::uint64_t address) const {
        static_assert(page_bytes % entry_bytes == 0);
        return reinterpret_cast<Entry*>(reinterpret_cast<std::byte*>(table) +
                                        (address / (page_bytes / entry_bytes) & mask_));
    }
    /// What was known is learned again. Where the host has no memory for it, tables stay small.
    void grow() {
        large_.reset(new (std::nothrow) Entry[tables * large]);
        if (!large_) return;
        entries_ = large_.get();
        mask_ = (large - 1) * entry_bytes;
        learned_ = 0;
        select(context_);
    }

    std::array<Entry, tables * small> small_{};
    std::unique_ptr<Entry[]> large_;
    Entry* entries_ = small_.data();
    std::uint64_t mask_ = (small - 1) * entry_bytes;
    std::size_t context_ = 0;
    Entry* loads_ = table(0, Access::load);
    Entry* stores_ = table(0, Access::store);

    std::array<std::uint32_t, 1024>
        places_{};  // of what was learned since the last time of forgetting all, while there is room
    std::size_t learned_ = 0;
};

}  // namespace wirewrap::riscv
