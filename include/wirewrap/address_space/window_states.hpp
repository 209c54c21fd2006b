// What of a board's windows changes while a machine runs: the pages that banks show, and which windows are open and where.
//
//     WindowStates<Console> states;                      // as after power-on
//     states.set_page(3, 7);                             // entry 3, a bank, shows page 7
//     states.window(4);                                  // where entry 4 lies now; empty: it is closed
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include <wirewrap/base/interval.hpp>
#include <wirewrap/board/block_list.hpp>
#include <wirewrap/board/layout.hpp>
#include <wirewrap/board/traits.hpp>

namespace wirewrap {

namespace detail {
template <class B>
constexpr bool has_changing_windows(std::size_t space) {
    for (const Region& region : board_regions<B>)
        if (region.space == space && region.changes()) return true;
    return false;
}
/// A number for each entry that opens or moves, from 0; and how many they are, behind the last entry.
template <class B>
constexpr auto number_changing() {
    std::array<std::size_t, board_regions<B>.size() + 1> slots{};
    std::size_t next = 0;
    for (std::size_t i = 0; i != board_regions<B>.size(); ++i) {
        slots[i] = next;
        if (board_regions<B>[i].changes()) ++next;
    }
    slots.back() = next;
    return slots;
}
template <class B>
inline constexpr auto changing_slots = number_changing<B>();
}  // namespace detail

/// Pages that a bank's block has; 0 for other entries.
template <class B>
constexpr std::uint64_t bank_page_count(std::size_t region) {
    const Region& bank = board_regions<B>[region];
    if (bank.kind != RegionKind::bank) return 0;
    return board_regions<B>[source_regions<B>[region]].range.size / bank.range.size;
}

template <class B>
class WindowStates {
    static constexpr std::size_t region_count = board_regions<B>.size();

public:
    constexpr WindowStates() {
        for (std::size_t i = 0; i != region_count; ++i) {
            const Region& region = board_regions<B>[i];
            pages_[i] = region.first_page;
            if (!region.changes()) continue;
            state(i) = {!region.opened_by.used(), region.range.base};
            if (region.moved_by.used()) move(i, 0);
        }
    }

    /// The page of each bank's block that it shows, by number of the entry; 0 for other entries.
    const std::array<std::uint64_t, region_count>& pages() const { return pages_; }
    void set_page(std::size_t region, std::uint64_t page) { pages_[region] = page; }
    void reset_page(std::size_t region) { pages_[region] = board_regions<B>[region].first_page; }

    /// Of an entry that is opened or moved by a control.
    void open(std::size_t region, bool is_open) { state(region).open = is_open; }
    /// Where it does not fit into the range that it may move in, or is not aligned like memory, it is nowhere.
    constexpr void move(std::size_t region, std::uint64_t base) {
        const Region& entry = board_regions<B>[region];
        const bool fits = base % memory_unit.count == 0 &&
                          entry.moves_in.contains(Interval{{base}, entry.range.size});
        state(region).base = {base};
        state(region).placed = fits;
    }

    constexpr Interval window(std::size_t region) const {
        const Region& entry = board_regions<B>[region];
        if (!entry.changes()) return entry.range;
        const State& now = states_[detail::changing_slots<B>[region]];
        if (!now.open || !now.placed) return {};
        return {now.base, entry.range.size};
    }

    friend bool operator==(const WindowStates&, const WindowStates&) = default;

private:
    struct State {
        bool open = true;
        GuestAddress base{};
        bool placed = true;
        friend bool operator==(const State&, const State&) = default;
    };

    constexpr State& state(std::size_t region) { return states_[detail::changing_slots<B>[region]]; }

    std::array<std::uint64_t, region_count> pages_{};
    std::array<State, detail::changing_slots<B>.back()> states_{};
};

}  // namespace wirewrap
