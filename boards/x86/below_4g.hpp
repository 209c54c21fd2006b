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

    constexpr GuestAddress base() const { return GuestAddress{0}; }
    constexpr RamWindows windows(Bytes size) const {
        if (size < limit) return placement::At(base()).windows(size);
        return split(base(), low, at(0x1'0000'0000)).windows(size);
    }
};

}  // namespace wirewrap::boards::x86
