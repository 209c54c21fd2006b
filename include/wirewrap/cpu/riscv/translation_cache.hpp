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
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include <wirewrap/base/bus.hpp>

namespace wirewrap::riscv {

class TranslationCache {
public:
    static constexpr std::uint64_t page_bytes = 4096;
    /// Whose rights an access may have: user, supervisor, supervisor with SUM, machine.
    static constexpr std::size_t contexts = 4;

    TranslationCache() = default;
    TranslationCache(const TranslationCache&) = delete;
    TranslationCache& operator=(const TranslationCache&) = delete;

    /// Finds the host memory of `width` bytes at `address`. False when it is not known, or not in one page.
    template <Access Kind>
    [[gnu::always_inline]] bool hit(std::uint64_t address, std::uint64_t width, std::byte*& host) const {
        const Entry& entry = (*(Kind == Access::store ? stores_ : loads_))[address / page_bytes % count];
        if (page_of(address + (width - 1)) != entry.page) return false;
        host = reinterpret_cast<std::byte*>(entry.offset + address);
        return true;
    }

    /// Accesses are made in this context from now on.
    void select(std::size_t context) {
        selected_ = &tables_[context];
        loads_ = &selected_->loads;
        stores_ = &selected_->stores;
    }

    /// From now on `address` and the rest of its page are found at `host`, where the page begins, in this context.
    void learn(Access kind, std::uint64_t address, std::byte* host) {
        const std::uint64_t page = page_of(address);
        auto& entries = kind == Access::store ? selected_->stores : selected_->loads;
        entries[address / page_bytes % count] = {page, reinterpret_cast<std::uintptr_t>(host) - page};
        selected_->used = true;
    }

    /// After any change of satp, MXR or PMP.
    void forget() {
        for (Table& table : tables_) {
            if (!table.used) continue;
            table.loads.fill({});
            table.stores.fill({});
            table.used = false;
        }
    }
    /// The page of one address, in all contexts.
    void forget(std::uint64_t address) {
        for (Table& table : tables_)
            table.loads[address / page_bytes % count] = table.stores[address / page_bytes % count] = {};
    }

    // For translated code, which looks by itself: where the pointer to the table of this kind is, and how a table is made.
    const void* place_of_table(Access kind) const {
        return kind == Access::store ? static_cast<const void*>(&stores_) : &loads_;
    }
    static constexpr std::size_t entry_bytes = 16, page_at = 0, offset_at = 8;

    // 1 MiB at once; the two tables of a context are 8 KiB of host memory, a quarter of a first-level cache.
    static constexpr std::size_t count = 256;

private:
    struct Entry {
        std::uint64_t page = 1;  // no page starts there
        std::uint64_t offset = 0;
    };
    static_assert(sizeof(Entry) == entry_bytes);
    using Entries = std::array<Entry, count>;
    struct Table {
        Entries loads{}, stores{};
        bool used = false;
    };

    static constexpr std::uint64_t page_of(std::uint64_t address) { return address & ~(page_bytes - 1); }

    std::array<Table, contexts> tables_{};
    Table* selected_ = tables_.data();
    const Entries* loads_ = &selected_->loads;
    const Entries* stores_ = &selected_->stores;
};

}  // namespace wirewrap::riscv
