// The banks of a machine: windows of the map that show one page of a longer block at a time.
//
//     machine.select_bank<"cartridge">(3);
//     machine.select_banks(machine.bank_pages());        // as they are, for who keeps machines and puts them back
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include <wirewrap/address_space/window_states.hpp>
#include <wirewrap/base/error.hpp>
#include <wirewrap/board/board.hpp>

namespace wirewrap {

/// The number of the map entry of this name.
template <class B, FixedText Name>
consteval std::size_t entry_index() {
    static_assert(region_index<B>(Name.view()) != board_regions<B>.size(),
                  "the board's map has no entry of this name");
    return region_index<B>(Name.view());
}

/// What `M`, a machine of board `B`, has of them.
template <class M, class B>
class Banks {
    static constexpr std::size_t region_count = board_regions<B>.size();

public:
    /// Shows page `page` of its block in a bank window. Refused when the block has fewer pages.
    template <FixedText Name>
    Expected<void> select_bank(std::uint64_t page) {
        constexpr std::size_t index = entry_index<B, Name>();
        constexpr const Region& region = board_regions<B>[index];
        static_assert(region.kind == RegionKind::bank,
                      "select_bank() takes the name of a bank entry of the map");
        static_assert(!region.selected_by.used(),
                      "a device selects the page of this bank; change the device");
        const std::uint64_t pages = wirewrap::bank_page_count<B>(index);
        if (page >= pages)
            return fail(board_name<B>, ": bank ", region.name, " has pages 0 to ", pages - 1, ", not ", page);
        bus().states().set_page(index, page);
        bus().windows_changed();
        return {};
    }
    /// The page of its block that each bank entry of the map shows, by the number of the entry; 0 for other entries.
    std::array<std::uint64_t, region_count> bank_pages() const { return bus().states().pages(); }
    /// Pages that a bank's block has; 0 for other entries.
    std::uint64_t bank_page_count(std::size_t i) const { return wirewrap::bank_page_count<B>(i); }
    /// As `bank_pages` gave them, counted round; banks that a device selects stay.
    void select_banks(const std::array<std::uint64_t, region_count>& pages) {
        for (std::size_t i = 0; i != region_count; ++i)
            if (board_regions<B>[i].kind == RegionKind::bank)
                bus().states().set_page(i, pages[i] % bank_page_count(i));
        bus().windows_changed();
        bus().follow_all();
    }

private:
    auto& bus() { return static_cast<M&>(*this).bus_; }
    const auto& bus() const { return static_cast<const M&>(*this).bus_; }
};

}  // namespace wirewrap
