// Half-open ranges of guest addresses, [base, end).
//
//     base               end = base + size
//      |<---- size ----->|
//      [ first ... last ]                      last = end - 1, the only bound that always fits in 64 bits
//
//     constexpr Interval ram{at(0x8000'0000), 64_MiB};
//     static_assert(ram.contains(at(0x83ff'ffff)) && !ram.contains(at(0x8400'0000)));
#pragma once

#include <cstdint>

#include <wirewrap/base/address.hpp>
#include <wirewrap/base/bytes.hpp>

namespace wirewrap {

/// `size` bytes from `base`. It may end exactly at 2^64; one that runs past it `wraps()` and is a mistake.
struct Interval {
    GuestAddress base;
    Bytes size;

    friend constexpr bool operator==(const Interval&, const Interval&) = default;

    constexpr bool empty() const { return size.count == 0; }
    /// The last address inside. Only for an interval that is neither empty nor wraps.
    constexpr GuestAddress last() const { return base + size - Bytes{1}; }
    constexpr bool wraps() const { return size.count != 0 && last() < base; }
    /// True when every address inside is below 2^bits; `bits` is 1 to 64.
    constexpr bool fits(unsigned bits) const {
        return empty() || (!wraps() && (bits >= 64 || (last().value >> bits) == 0));
    }
    constexpr bool contains(GuestAddress a) const { return (a - base) < size; }
    constexpr bool contains(Interval inner) const {
        return inner.empty() ||
               (contains(inner.base) && (inner.base - base) <= size - inner.size && inner.size <= size);
    }
    constexpr bool overlaps(Interval other) const {
        return !empty() && !other.empty() && (contains(other.base) || other.contains(base));
    }
};

}  // namespace wirewrap
