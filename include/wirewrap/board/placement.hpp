// Where main RAM appears in the guest's address space. A placement is a constexpr function from the RAM size to windows;
// each window shows one stretch of the RAM block.
//
//     fill(window(at(0x0), 2_GiB), window(at(0x8'0000'0000), 32_GiB)), 3 GiB of RAM:
//
//     0x0                0x8000'0000          0x8'0000'0000   0x8'4000'0000
//      [ RAM 0 … 2 GiB )  …                    [ RAM 2 … 3 GiB )
//
// | placement                       | windows                                                              |
// |---------------------------------|----------------------------------------------------------------------|
// | `at(base)`                      | all of it from `base`                                                |
// | `split(at(low), n, at(high))`   | the first n bytes at `low`, the rest at `high` (a hole between them) |
// | `fill(window(at(a), n), …)`     | the windows in order, each filled before the next                    |
// | `nowhere`                       | none: the board has the RAM, and nothing shows it to the guest       |
//
// `main_ram(…).placed(p).mirrored(at(b), first(n))` shows the first n bytes once more at `b`.
//
// Any type with `windows(Bytes)` is a placement: a board with a rule of its own writes one.
#pragma once

#include <algorithm>
#include <array>
#include <concepts>
#include <cstddef>
#include <cstdint>

#include <wirewrap/base/address.hpp>
#include <wirewrap/base/bytes.hpp>
#include <wirewrap/base/interval.hpp>
#include <wirewrap/base/static_vector.hpp>

namespace wirewrap {

/// `size` bytes of main RAM from `offset` on, seen by the guest at `base`.
struct RamWindow {
    GuestAddress base;
    Bytes size;
    Bytes offset;
    bool mirror = false;  // shows bytes that another window shows already

    constexpr Interval range() const { return {base, size}; }
    friend constexpr bool operator==(const RamWindow&, const RamWindow&) = default;
};

/// 16 is twice what the most scattered board of QEMU 7.2 needs. A placement that has more is refused.
using RamWindows = StaticVector<RamWindow, 16>;

template <class P>
concept Placement = requires(const P& placement, Bytes size) {
    { placement.windows(size) } -> std::same_as<RamWindows>;
};

/// A placement whose first window starts at the same address whatever the size: the machine's access path then has the
/// address as an immediate.
template <class P>
concept FixedBase = Placement<P> && requires(const P& placement) {
    { placement.base() } -> std::same_as<GuestAddress>;
};

/// A stretch of main RAM.
struct RamPart {
    Bytes offset;
    Bytes size;
};
constexpr RamPart first(Bytes size) { return {Bytes{}, size}; }
constexpr RamPart part(Bytes offset, Bytes size) { return {offset, size}; }

namespace placement {

struct At {
    GuestAddress where;

    constexpr explicit At(GuestAddress base) : where(base) {}
    constexpr GuestAddress base() const { return where; }
    constexpr RamWindows windows(Bytes size) const {
        RamWindows result;
        result.push_back({where, size, Bytes{}});
        return result;
    }
};

template <std::size_t N>
struct Fill {
    std::array<Interval, N> slots;

    constexpr explicit Fill(std::array<Interval, N> in_order) : slots(in_order) {}
    constexpr GuestAddress base() const { return slots[0].base; }
    /// What does not fit into the last slot has no window; the board's check refuses such a size.
    constexpr RamWindows windows(Bytes size) const {
        RamWindows result;
        Bytes offset{};
        for (const Interval& slot : slots) {
            const Bytes length = std::min(slot.size, size - offset);
            if (length == Bytes{}) continue;
            result.push_back({slot.base, length, offset});
            offset += length;
        }
        return result;
    }
};

struct Nowhere {
    constexpr RamWindows windows(Bytes) const { return {}; }
};

/// The part is cut to the RAM that there is; nothing is mirrored of RAM that ends before it.
template <Placement P>
struct Mirrored {
    P primary;
    GuestAddress where;
    RamPart source;

    constexpr GuestAddress base() const
        requires FixedBase<P>
    {
        return primary.base();
    }
    constexpr RamWindows windows(Bytes size) const {
        RamWindows result = primary.windows(size);
        if (source.offset < size)
            result.push_back({where, std::min(source.size, size - source.offset), source.offset, true});
        return result;
    }
};

}  // namespace placement

inline constexpr placement::Nowhere nowhere{};

constexpr Interval window(GuestAddress base, Bytes size) { return {base, size}; }

template <std::same_as<Interval>... Slots>
    requires(sizeof...(Slots) > 0 && sizeof...(Slots) <= RamWindows::capacity())
constexpr placement::Fill<sizeof...(Slots)> fill(Slots... slots) {
    return placement::Fill(std::array{slots...});
}

/// The rest is everything up to the end of the address space.
constexpr placement::Fill<2> split(GuestAddress low, Bytes low_size, GuestAddress high) {
    // 2^64 bytes are one more than fit into a count; a high part at 0 has one less than all of them.
    const Bytes rest = high.value == 0 ? Bytes{~std::uint64_t{0}} : Bytes{0 - high.value};
    return fill(window(low, low_size), window(high, rest));
}

}  // namespace wirewrap
