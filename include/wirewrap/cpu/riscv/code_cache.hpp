// A fixed number of decoded pages, found by a key that the hart makes from the physical page. Nothing is
// allocated after construction; memory of pages that were never used stays untouched.
//
//     CodeCache cache(1024);                       // at most 1024 pages of 4 KiB, 37 MiB when all are in use
//     CodePage* page = cache.find(key);            // nullptr: not decoded
//     CodePage& fresh = cache.claim(key);          // in the place of one claimed long ago
#pragma once

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <new>
#include <type_traits>
#include <vector>

#include <wirewrap/cpu/riscv/code_page.hpp>

namespace wirewrap::riscv {

class CodeCache {
public:
    /// Room for at least `pages` pages: the next power of two, 4 or more.
    explicit CodeCache(std::size_t pages)
        : sets_(std::bit_ceil(std::max(pages, ways)) / ways), keys_(sets_ * ways, none), next_(sets_, 0),
          pages_(static_cast<CodePage*>(
              ::operator new(sets_* ways * sizeof(CodePage), std::align_val_t{alignof(CodePage)}))) {}

    CodePage* find(std::uint64_t key) {
        const std::size_t first = set_of(key) * ways;
        for (std::size_t i = first; i != first + ways; ++i)
            if (keys_[i] == key) return &pages_[i];
        return nullptr;
    }

    /// The page that `key` has from now on; its contents are for the caller to fill.
    CodePage& claim(std::uint64_t key) {
        const std::size_t set = set_of(key);
        const std::size_t place = set * ways + next_[set]++ % ways;
        keys_[place] = key;
        return *::new (static_cast<void*>(&pages_[place])) CodePage;
    }

    /// The page that holds a slot, which must be one of the cache's.
    CodePage& page_of(const Slot* slot) {
        const auto offset = reinterpret_cast<const std::byte*>(slot) -
                            reinterpret_cast<const std::byte*>(pages_.get());
        return pages_[static_cast<std::size_t>(offset) / sizeof(CodePage)];
    }

    /// Whether a slot lies in one of the pages.
    bool holds(const Slot* slot) const {
        const auto offset = reinterpret_cast<std::uintptr_t>(slot) -
                            reinterpret_cast<std::uintptr_t>(pages_.get());
        return offset < sets_ * ways * sizeof(CodePage);
    }

    void forget_all() { std::fill(keys_.begin(), keys_.end(), none); }

private:
    static constexpr std::size_t ways = 4;
    static constexpr std::uint64_t none = ~std::uint64_t{0};

    std::size_t set_of(std::uint64_t key) const { return (key ^ key >> 20) & (sets_ - 1); }

    std::size_t sets_;
    std::vector<std::uint64_t> keys_;
    std::vector<std::uint8_t> next_;
    // Raw memory: a page comes to life when it is claimed, and its end is nothing.
    static_assert(std::is_trivially_destructible_v<CodePage>);
    struct Release {
        void operator()(CodePage* pages) const {
            ::operator delete(pages, std::align_val_t{alignof(CodePage)});
        }
    };
    std::unique_ptr<CodePage[], Release> pages_;
};

}  // namespace wirewrap::riscv
