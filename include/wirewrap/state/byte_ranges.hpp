// A set of bytes, as ranges that neither overlap nor touch: small when few ranges are in it, however long they are.
//
//     ByteRanges lent;
//     lent.add(0x1000, 0x1040);
//     lent.remove(0x1010, 0x1020);                     // [0x1000, 0x1010) and [0x1020, 0x1040) are left
//     for (const ByteRanges::Range& range : lent) …    // ascending
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include <wirewrap/base/language.hpp>

namespace wirewrap::state {

class ByteRanges {
public:
    struct Range {
        std::uint64_t begin = 0, end = 0;  // the end is not in it

        friend bool operator==(const Range&, const Range&) = default;
    };

    bool empty() const { return ranges_.empty(); }
    std::size_t size() const { return ranges_.size(); }
    auto begin() const { return ranges_.begin(); }
    auto end() const { return ranges_.end(); }

    /// The first range that ends behind `at`; `end()`: none.
    auto from(std::uint64_t at) const {
        return std::ranges::upper_bound(ranges_, at, {}, [](const Range& range) { return range.end; });
    }

    void add(std::uint64_t begin, std::uint64_t end) {
        if (begin >= end) return;
        // Ranges come in ascending order most of the time.
        if (ranges_.empty() || ranges_.back().end < begin) {
            ranges_.push_back({begin, end});
            return;
        }
        const auto first = std::ranges::lower_bound(ranges_, begin, {}, [](const Range& r) { return r.end; });
        if (first->begin <= begin && end <= first->end) return;
        const auto last = std::ranges::upper_bound(ranges_, end, {}, [](const Range& r) { return r.begin; });
        if (first == last) {
            ranges_.insert(first, {begin, end});
            return;
        }
        *first = {std::min(begin, first->begin), std::max(end, (last - 1)->end)};
        ranges_.erase(first + 1, last);
    }

    /// In time that grows with the ranges of both.
    void add(const ByteRanges& others) {
        ByteRanges both;
        auto mine = ranges_.begin();
        auto its = others.ranges_.begin();
        while (mine != ranges_.end() || its != others.ranges_.end()) {
            const bool take_mine = its == others.ranges_.end() ||
                                   (mine != ranges_.end() && mine->begin <= its->begin);
            const Range& next = take_mine ? *mine++ : *its++;
            both.add(next.begin, next.end);
        }
        *this = std::move(both);
    }

    void remove(std::uint64_t begin, std::uint64_t end) {
        if (begin >= end) return;
        auto at = std::ranges::upper_bound(ranges_, begin, {}, [](const Range& r) { return r.end; });
        if (at != ranges_.end() && at->begin < begin) {
            const Range whole = *at;
            at->end = begin;
            if (whole.end > end) {
                ranges_.insert(at + 1, {end, whole.end});
                return;
            }
            ++at;
        }
        const auto last = std::ranges::upper_bound(at, ranges_.end(), end, {},
                                                   [](const Range& r) { return r.end; });
        at = ranges_.erase(at, last);
        if (at != ranges_.end() && at->begin < end) at->begin = end;
    }

private:
    std::vector<Range> ranges_;
};

}  // namespace wirewrap::state
