// RAM of PCs: all of it from 0 as long as it is less than `limit`; otherwise `low` bytes from 0, and the rest from 4 GiB.
//
//     Below4G{.limit = 0xb000'0000_B, .low = 0x8000'0000_B}            4 GiB of RAM on a Q35:
//
//     0x0             0x8000'0000    0x1'0000'0000   0x1'8000'0000
//      [ RAM 0 … 2 GiB )  …           [ RAM 2 … 4 GiB )
#pragma once

#include <wirewrap/board.hpp>

namespace wirewrap::boards::x86 {

struct Below4G {
    Bytes limit;
    Bytes low;
    Bytes most{std::uint64_t{1} << 32};  // where the low part ends at the latest
    bool moves = true;                   // `limit` moves with what a user says; otherwise only `most` does

    constexpr GuestAddress base() const { return GuestAddress{0}; }
    constexpr RamWindows windows(Bytes size) const {
        const Bytes wanted = size < limit ? limit : low, end = wanted < most ? wanted : most;
        if (size < end) return placement::At(base()).windows(size);
        return split(base(), end, at(0x1'0000'0000)).windows(size);
    }
    /// `-machine max-ram-below-4g=END`: the low part grows up to there. The i440FX takes END for its limit, and with pages of
    /// 1 GiB still shrinks to `low`; the Q35 takes the lesser of the two.
    constexpr Below4G below_4g(Bytes end) const {
        if (!moves) return {.limit = limit, .low = low, .most = end, .moves = moves};
        return {.limit = end, .low = low == limit || end < low ? end : low};
    }
};

}  // namespace wirewrap::boards::x86
