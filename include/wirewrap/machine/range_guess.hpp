// For an address, the one range of a flat view that it may lie in: a table that the compiler makes, asked with a shift or one
// multiplication. A guess: who takes it looks whether the address is in that range, and searches where it is not.
//
//     number of the slot = upper bits of (address >> granule) × multiplier
//
// The first granule of each range has a slot, and further ones of a device's registers where slots are left: those of a
// CLINT, but not all of a PLIC. Of two granules with the same slot the later one is searched for.
#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <limits>

#include <wirewrap/base/address.hpp>
#include <wirewrap/board/layout.hpp>

namespace wirewrap::detail {

template <std::size_t Slots>
class RangeGuesses {
public:
    /// `view`: ranges, ascending. Of a handful of multipliers the one that gives a slot to the most first granules.
    template <class View>
    static consteval RangeGuesses of(const View& view) {
        std::uint64_t bases = 0x1000;
        for (const FlatRange& range : view) bases |= range.range.base.value;
        RangeGuesses best;
        std::size_t most = 0;
        // The lowest bits first, which need no multiplication and are enough for what lies in a row; then 2^64 divided by the
        // golden ratio, and numbers as good.
        std::uint64_t multiplier = std::uint64_t{1} << (64 - std::countr_zero(Slots));
        for (int tries = 0; tries != 16 && most != view.size(); ++tries) {
            if (tries != 0) multiplier = tries == 1 ? 0x9e37'79b9'7f4a'7c15 : multiplier * 5 + 2;
            RangeGuesses guesses{multiplier, static_cast<unsigned>(std::countr_zero(bases)), {}};
            guesses.ranges_.fill(none);
            std::size_t placed = 0;
            for (std::size_t i = 0; i != view.size(); ++i)
                placed += guesses.place(view[i].range.base.value, i);
            if (placed > most) {
                most = placed;
                best = guesses;
            }
        }
        for (std::uint64_t step = 1; step != further; ++step)
            for (std::size_t i = 0; i != view.size(); ++i)
                if (const std::uint64_t into = step << best.granule_; into < view[i].range.size.count)
                    best.place(view[i].range.base.value + into, i);
        for (std::uint16_t& range : best.ranges_)
            if (range == none) range = 0;
        return best;
    }

    [[gnu::always_inline]] constexpr std::size_t operator()(GuestAddress address) const {
        return ranges_[slot(address.value)];
    }

private:
    static constexpr std::uint64_t further = 16;  // granules of one range
    static constexpr std::uint16_t none = std::numeric_limits<std::uint16_t>::max();

    constexpr RangeGuesses() = default;
    constexpr RangeGuesses(std::uint64_t multiplier, unsigned granule,
                           std::array<std::uint16_t, Slots> ranges)
        : multiplier_(multiplier), granule_(granule), ranges_(ranges) {}

    [[gnu::always_inline]] constexpr std::size_t slot(std::uint64_t address) const {
        return static_cast<std::size_t>((address >> granule_) * multiplier_ >>
                                        (64 - std::countr_zero(Slots)));
    }
    constexpr bool place(std::uint64_t address, std::size_t range) {
        std::uint16_t& at = ranges_[slot(address)];
        if (at != none) return false;
        at = static_cast<std::uint16_t>(range);
        return true;
    }

    std::uint64_t multiplier_ = 0;
    unsigned granule_ = 0;  // log2 of its bytes
    std::array<std::uint16_t, Slots> ranges_{};
};

}  // namespace wirewrap::detail
