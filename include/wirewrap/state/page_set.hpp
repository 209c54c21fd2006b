// A set of page numbers that many threads may add to, and that is emptied in time that grows with what is in it: a bitmap
// with a bitmap of its non-zero words above it, and so on up to a single word.
//
//     level 2                     [ 0…1 ]                      one word
//     level 1         [ 0…01…0 ]  [ 0… ]  …                    a bit for each word below that is not 0
//     level 0   [ … ] [ 0…010 ]   …                            a bit for each page
//
//     auto set = PageSet::create(262'144).value();             // the pages of 1 GiB
//     set.insert(7);
//     set.take([](std::size_t page) { … });                    // 7; the set is empty then
#pragma once

#include <array>
#include <atomic>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <tuple>
#include <utility>

#include <wirewrap/base/bytes.hpp>
#include <wirewrap/base/error.hpp>
#include <wirewrap/hostmem/os.hpp>

namespace wirewrap::state {

class PageSet {
public:
    PageSet() = default;
    /// An empty set for the numbers 0 … pages-1. Its memory, a bit a page and a 63rd more, comes with its first use.
    static Expected<PageSet> create(std::size_t pages) {
        PageSet set;
        std::array<std::size_t, max_levels> words{};
        std::size_t total = 0;
        for (std::size_t count = pages;; count = words[set.levels_ - 1]) {
            words[set.levels_] = count / 64 + (count % 64 != 0 ? 1 : 0);
            total += words[set.levels_++];
            if (words[set.levels_ - 1] <= 1) break;
        }
        set.size_ = Bytes{total * sizeof(std::uint64_t)};
        if (total == 0) return set;
        const auto memory = hostmem::os::map(nullptr, set.size_, PROT_READ | PROT_WRITE,
                                             MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE);
        if (!memory)
            return fail("cannot map ", set.size_, " for a set of ", pages,
                        " pages: ", hostmem::os::text(memory.error()),
                        "; raise the limit on address space (ulimit -v)");
        auto* next = reinterpret_cast<std::uint64_t*>(*memory);
        for (std::size_t level = 0; level != set.levels_; ++level) {
            set.words_[level] = next;
            next += words[level];
        }
        return set;
    }
    /// What is left is the empty set for no numbers.
    PageSet(PageSet&& other) noexcept
        : words_(std::exchange(other.words_, {})), levels_(std::exchange(other.levels_, 0)),
          size_(std::exchange(other.size_, {})) {}
    PageSet& operator=(PageSet&& other) noexcept {
        PageSet taken(std::move(other));  // gone with it at the end: what this had
        std::swap(words_, taken.words_);
        std::swap(levels_, taken.levels_);
        std::swap(size_, taken.size_);
        return *this;
    }
    ~PageSet() {
        if (words_[0] != nullptr)
            std::ignore = hostmem::os::unmap(reinterpret_cast<std::byte*>(words_[0]), size_);
    }

    bool contains(std::size_t page) const {
        return (at(0, page).load(std::memory_order_relaxed) & bit(page)) != 0;
    }

    /// From any thread. A page that is there already costs a load and a test.
    [[gnu::always_inline]] void insert(std::size_t page) {
        if (!contains(page)) [[unlikely]]
            insert_new(page);
    }

    /// Calls `each(page)` for every page, ascending, and leaves the set empty; the number of them. Pages that other threads
    /// insert meanwhile are given now or the next time.
    template <class Each>
    std::size_t take(Each&& each) {
        if (words_[0] == nullptr) return 0;
        return take_word(levels_ - 1, 0, each);
    }

private:
    static constexpr std::size_t max_levels = 9;  // 64^9 pages are more than an address has

    static constexpr std::uint64_t bit(std::size_t index) { return std::uint64_t{1} << index % 64; }
    std::atomic_ref<std::uint64_t> at(std::size_t level, std::size_t index) const {
        return std::atomic_ref<std::uint64_t>(words_[level][index / 64]);
    }

    // The word below is set before the one above, and taken after it: a page inserted in between is found the next time.
    [[gnu::noinline, gnu::cold]] void insert_new(std::size_t page) {
        std::size_t index = page;
        for (std::size_t level = 0; level != levels_; ++level) {
            if (at(level, index).fetch_or(bit(index), std::memory_order_acq_rel) != 0) return;
            index /= 64;
        }
    }

    template <class Each>
    std::size_t take_word(std::size_t level, std::size_t word, Each& each) {
        std::size_t taken = 0;
        std::uint64_t left = at(level, word * 64).exchange(0, std::memory_order_acq_rel);
        for (; left != 0; left &= left - 1) {
            const std::size_t index = word * 64 + static_cast<std::size_t>(std::countr_zero(left));
            if (level != 0) {
                taken += take_word(level - 1, index, each);
            } else {
                each(index);
                ++taken;
            }
        }
        return taken;
    }

    std::array<std::uint64_t*, max_levels> words_{};
    std::size_t levels_ = 0;
    Bytes size_{};
};

}  // namespace wirewrap::state
