// Which pages of main RAM a reset may copy from the original, and which it must not look at, for the original does not have
// them and a look would make them. It is found out page by page and remembered, so that later resets only test a bit.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>

#include <wirewrap/base/bytes.hpp>
#include <wirewrap/hostmem/parts.hpp>
#include <wirewrap/state/data_map.hpp>
#include <wirewrap/state/dirty_pages.hpp>
#include <wirewrap/state/page_set.hpp>

namespace wirewrap::state::detail {

class OriginalPages {
public:
    enum Kind { data, zero, absent };  // absent: zero in the original, and not touched in the clone

    /// Of no page anything is known; all are copied.
    OriginalPages() = default;
    /// `original`: what main RAM of `clone` is taken back to.
    template <class M>
    OriginalPages(M& clone, std::span<const std::byte> original) {
        auto known = PageSet::create(original.size() / tracked_page.count + 1);
        auto zeroes = PageSet::create(original.size() / tracked_page.count + 1);
        if (!known || !zeroes) return;  // then every page is copied
        int file = -1;                  // of the original, when the clone was made of its memory
        if constexpr (requires { hostmem::parts_of(*clone.ram_memory()); })
            if (clone.ram_memory())
                file = hostmem::parts_of(*clone.ram_memory()).front().descriptor.value_or(-1);
        known_ = std::move(*known);
        zero_ = std::move(*zeroes);
        limited_ = true;
        const auto host = HostView::open();
        in_original_ = DataMap(original, file, host);
        for (const auto& block : clone.memory_blocks())
            if (block.id == M::BoardType::ram.id) in_clone_ = DataMap::of(clone, block, host);
    }

    /// Whether a page can be copied without a question.
    [[gnu::always_inline]] bool known(Bytes offset) const {
        return !limited_ || known_.contains(offset / tracked_page);
    }
    [[gnu::noinline, gnu::cold]] Kind look(Bytes offset) {
        const std::size_t page = offset / tracked_page;
        if (zero_.contains(page)) return zero;
        const std::uint64_t begin = offset.count, end = begin + tracked_page.count;
        if (!in_original_.within(begin, end).empty()) {
            known_.insert(page);
            return data;
        }
        if (in_clone_.within(begin, end).empty()) return absent;
        zero_.insert(page);
        return zero;
    }

private:
    bool limited_ = false;
    PageSet known_, zero_;  // data; zero in the original, and touched in the clone
    DataMap in_original_, in_clone_;
};

}  // namespace wirewrap::state::detail
