// The pages of code that a hart has entered: where their slots are, for addresses in the mode in which they were entered, so
// that a jump to one of them is a comparison. And which those were since all was forgotten, as long as they are few: after
// FENCE.I a kernel that patches itself is back in the same dozen pages, and looks at their bytes at once instead of finding out
// again where each of them is.
//
//     if (const std::uint64_t* bias = entered.find(target / page_size, key)) …
//     entered.enter(target / page_size, key, bias, page, physical);
//     if (!entered.still(bus, fences)) entered.forget();
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>

#include <wirewrap/cpu/riscv/code_page.hpp>
#include <wirewrap/cpu/riscv/code_source.hpp>

namespace wirewrap::riscv {

class EnteredPages {
public:
    /// More than a kernel's patching needs; each is 4 KiB to be compared.
    static constexpr std::size_t few = 32;

    /// What is subtracted from an address in that page, in this mode, for its slot; nullptr when that is not known.
    [[gnu::always_inline]] const std::uint64_t* find(std::uint64_t number, std::uint64_t key) const {
        const Entry& entry = entries_[number % entries_.size()];
        return entry.key == key ? &entry.bias : nullptr;
    }
    void enter(std::uint64_t number, std::uint64_t key, std::uint64_t bias, CodePage& page,
               std::uint64_t physical) {
        entries_[number % entries_.size()] = {key, bias};
        // Others may have taken its entry, and it is one of those that were entered all the same.
        const auto end = pages_.begin() + static_cast<std::ptrdiff_t>(std::min(count_, few));
        if (std::find_if(pages_.begin(), end, [&](const Page& one) { return one.page == &page; }) != end)
            return;
        if (count_ < few) pages_[count_] = {&page, physical};
        count_ = std::min(count_ + 1, few + 1);
    }
    /// Whether every page is as it was decoded, of which a note is taken. False when there are too many to ask.
    template <class Bus>
    bool still(Bus& bus, std::uint64_t fences) {
        return count_ <= few &&
               std::all_of(pages_.begin(), pages_.begin() + static_cast<std::ptrdiff_t>(count_),
                           [&](const Page& one) {
                               if (!unchanged(bus, *one.page, one.physical)) return false;
                               one.page->valid_since = fences;
                               return true;
                           });
    }
    void forget() {
        entries_.fill({});
        count_ = 0;
    }
    void forget(std::uint64_t number) { entries_[number % entries_.size()] = {}; }

private:
    struct Entry {
        std::uint64_t key = ~std::uint64_t{0};
        std::uint64_t bias = 0;
    };
    struct Page {
        CodePage* page;
        std::uint64_t physical;
    };

    std::array<Entry, 256> entries_{};
    std::array<Page, few> pages_{};
    std::size_t count_ = 0;
};

}  // namespace wirewrap::riscv
