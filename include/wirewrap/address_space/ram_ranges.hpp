// Main RAM in an address space: its windows less what overlays hide, from loads and from stores.
#pragma once

#include <array>
#include <cstddef>
#include <span>

#include <wirewrap/address_space/window_states.hpp>
#include <wirewrap/base/static_vector.hpp>
#include <wirewrap/board/layout.hpp>
#include <wirewrap/board/placement.hpp>

namespace wirewrap {

template <class B, std::size_t Space>
class RamRanges {
    static constexpr bool two_views = detail::views_differ(board_regions<B>);
    static constexpr std::size_t capacity = RamWindows::capacity() + detail::ram_hiders<B>.size();

public:
    RamRanges() = default;
    explicit RamRanges(const RamWindows& placed) : placed_(placed) { rebuild(WindowStates<B>{}); }

    void rebuild(const WindowStates<B>& states) {
        rebuild(states, Access::load);
        if constexpr (two_views) rebuild(states, Access::store);
    }

    template <Access Kind>
    std::span<const FlatRange> table() const {
        const Table& table = tables_[two_views && Kind == Access::store];
        return {table.begin(), table.size()};
    }
    template <Access Kind>
    const FlatRange* find(GuestAddress address) const {
        for (const FlatRange& range : table<Kind>())
            if (range.range.contains(address)) return &range;
        return nullptr;
    }

private:
    using Table = StaticVector<FlatRange, capacity>;

    void rebuild(const WindowStates<B>& states, Access kind) {
        std::array<Interval, detail::ram_hiders<B>.size() + 1> overlays;
        std::size_t count = 0;
        for (std::size_t i = 0; i != board_regions<B>.size(); ++i) {
            const Region& region = board_regions<B>[i];
            if (!region.overlay || region.space != memory_space || !region.answers(kind)) continue;
            if (const Interval range = states.window(i); !range.empty())
                detail::insert_by_base(overlays, count++, range);
        }
        Table& table = tables_[two_views && kind == Access::store];
        table.clear();
        for (const RamWindow& window : placed_)
            detail::beside_overlays(window.range(), std::span(overlays).first(count), [&](Interval piece) {
                table.push_back(
                    {piece, main_ram_region, window.offset + (piece.base - window.base), window.range()});
            });
    }

    RamWindows placed_;
    std::array<Table, two_views ? 2 : 1> tables_{};
};

/// Ports have no RAM among them.
template <class B>
class RamRanges<B, port_space> {
public:
    RamRanges() = default;
    explicit RamRanges(const RamWindows&) {}
    void rebuild(const WindowStates<B>&) {}
    template <Access>
    std::span<const FlatRange> table() const {
        return {};
    }
    template <Access>
    const FlatRange* find(GuestAddress) const {
        return nullptr;
    }
};

}  // namespace wirewrap
