// The translations that a hart remembers: for a page of guest addresses, where its bytes are in host memory. A policy
// that translates (translation.hpp) answers from here as long as it can, with one comparison and one addition:
//
//     index = address / 4096 % entries;
//     if (page of the last byte == entry.page)        // one comparison, exact for accesses that cross into the next page
//         … *(entry.offset + address) …               // one addition
//
// Loads and stores have entries of their own, so that permissions and dirty bits cost a hit nothing: a page that may not
// be written, or was not yet, is simply not known to stores.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include <wirewrap/base/bus.hpp>

namespace wirewrap::riscv {

class TranslationCache {
public:
    static constexpr std::uint64_t page_bytes = 4096;

    /// Finds the host memory of `width` bytes at `address`. False when it is not known, or not in one page.
    template <Access Kind>
    [[gnu::always_inline]] bool hit(std::uint64_t address, std::uint64_t width, std::byte*& host) const {
        const Entry& entry = entries_of(Kind)[address / page_bytes % count];
        if (page_of(address + (width - 1)) != entry.page) return false;
        host = reinterpret_cast<std::byte*>(entry.offset + address);
        return true;
    }

    /// From now on `address` and the rest of its page are found at `host`, where the page begins.
    void learn(Access kind, std::uint64_t address, std::byte* host) {
        const std::uint64_t page = page_of(address);
        auto& entries = kind == Access::store ? stores_ : loads_;
        entries[address / page_bytes % count] = {page, reinterpret_cast<std::uintptr_t>(host) - page};
    }

    /// After SFENCE.VMA and after any change of mode, satp or PMP.
    void forget() {
        loads_.fill({});
        stores_.fill({});
    }

private:
    static constexpr std::size_t count =
        256;  // 1 MiB at once; 8 KiB of host memory, a quarter of a first-level cache

    struct Entry {
        std::uint64_t page = 1;  // no page starts there
        std::uint64_t offset = 0;
    };
    using Entries = std::array<Entry, count>;

    static constexpr std::uint64_t page_of(std::uint64_t address) { return address & ~(page_bytes - 1); }
    [[gnu::always_inline]] const Entries& entries_of(Access kind) const {
        return kind == Access::store ? stores_ : loads_;
    }

    Entries loads_{}, stores_{};
};

}  // namespace wirewrap::riscv
