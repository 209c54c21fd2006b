// Guest-physical addresses. The difference of two addresses is a byte count; their sum means nothing and does not compile.
//
//     constexpr GuestAddress base{0x8000'0000};
//     static_assert(base + 4_KiB == GuestAddress{0x8000'1000});
//     static_assert(GuestAddress{0x8000'1000} - base == 4_KiB);
#pragma once

#include <compare>
#include <cstdint>

#include <wirewrap/base/bytes.hpp>

namespace wirewrap {

/// An address as the guest's bus sees it (guest-physical), never a host pointer and never an offset in a block.
struct GuestAddress {
    std::uint64_t value = 0;

    friend constexpr auto operator<=>(const GuestAddress&, const GuestAddress&) = default;

    friend constexpr GuestAddress operator+(GuestAddress a, Bytes n) { return {a.value + n.count}; }
    friend constexpr GuestAddress operator-(GuestAddress a, Bytes n) { return {a.value - n.count}; }
    friend constexpr Bytes operator-(GuestAddress a, GuestAddress b) { return {a.value - b.value}; }
};

/// Reads as English in a memory map: `device<"uart0", Ns16550a>(at(0x1000'0000), 256_B)`.
constexpr GuestAddress at(std::uint64_t address) { return {address}; }

}  // namespace wirewrap
