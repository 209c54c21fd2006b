// Which pages of a block have come. QEMU writes a block from its start to its end, so few stretches are enough, whatever
// length the stream says the block has.
//
//     SeenPages seen;
//     seen.add(0_B, 4_KiB), seen.add(4_KiB, 4_KiB), seen.add(0_B, 4_KiB);
//     seen.size();                                        // 8 KiB
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <map>

#include <wirewrap/base/bytes.hpp>

namespace wirewrap::qemu {

class SeenPages {
    // Of stretches apart from each other. Balloons leave thousands of holes; a stream that was made up may have a hole
    // after each page, and takes no more memory than this.
    static constexpr std::size_t most_stretches = 1 << 20;

public:
    /// The page at `offset`, which lies in the block and begins at a multiple of its size.
    void add(Bytes offset, Bytes size) {
        const std::uint64_t begin = offset.count, end = begin + size.count;
        if (begin == end_) {
            end_ = end;
        } else if (begin < begin_ || end > end_) {
            if (within_stored(begin, end)) return;
            store();
            begin_ = begin, end_ = end;
        }
    }
    /// Bytes that came, each counted once. With more stretches than are kept, it may be less.
    Bytes size() {
        store();
        Bytes sum{};
        for (const auto& [begin, end] : stretches_) sum += Bytes{end - begin};
        return sum;
    }
    /// Whether all of [offset, offset + size) came.
    bool has(Bytes offset, Bytes size) {
        store();
        return size == Bytes{} || within_stored(offset.count, offset.count + size.count);
    }

private:
    bool within_stored(std::uint64_t begin, std::uint64_t end) const {
        const auto after = stretches_.upper_bound(begin);
        return after != stretches_.begin() && std::prev(after)->second >= end;
    }
    /// Puts the stretch that grows among the others; those that it touches become one with it.
    void store() {
        if (begin_ == end_) return;
        std::uint64_t begin = begin_, end = end_;
        begin_ = end_ = none;
        auto next = stretches_.upper_bound(begin);
        if (next != stretches_.begin() && std::prev(next)->second >= begin) --next;
        while (next != stretches_.end() && next->first <= end) {
            begin = std::min(begin, next->first), end = std::max(end, next->second);
            next = stretches_.erase(next);
        }
        if (stretches_.size() < most_stretches) stretches_.emplace(begin, end);
    }

    static constexpr std::uint64_t none = ~std::uint64_t{0};  // no page begins there

    std::map<std::uint64_t, std::uint64_t> stretches_;  // from begin to end, apart from each other
    std::uint64_t begin_ = none, end_ = none;           // the one that grows
};

}  // namespace wirewrap::qemu
