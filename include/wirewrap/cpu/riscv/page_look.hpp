// Where a virtual address lies, for who only looks, as debuggers do: rights are not asked for, and no bit of a table is set.
//
//     looked_up(satp, address, read);          // read(physical address) gives the doubleword there, if there is one
//
// Nothing where no page is mapped. Source: privileged architecture 1.12, section 4.3.2.
#pragma once

#include <cstdint>
#include <optional>

#include <wirewrap/cpu/riscv/page_table.hpp>

namespace wirewrap::riscv {

/// `satp` has a mode of Bare, Sv39, Sv48 or Sv57.
template <class Read>
std::optional<std::uint64_t> looked_up(std::uint64_t satp, std::uint64_t address, Read read) {
    const auto mode = static_cast<unsigned>(satp >> 60);
    if (mode == 0) return address;
    const unsigned levels = mode - 5, sign = 12 + 9 * levels - 1;
    const std::int64_t above = static_cast<std::int64_t>(address) >> sign;
    if (above != 0 && above != -1) return std::nullopt;
    std::uint64_t table = (satp & ((std::uint64_t{1} << 44) - 1)) << 12;
    for (unsigned level = levels; level-- != 0;) {
        const unsigned shift = 12 + 9 * level;
        const std::optional<std::uint64_t> entry = read(table + 8 * (address >> shift & 511));
        if (!entry || (*entry & pte::valid) == 0) return std::nullopt;
        table = pte::frame(*entry) << 12;
        const std::uint64_t offset = (std::uint64_t{1} << shift) - 1;
        if ((*entry & (pte::read | pte::execute)) != 0) return (table & ~offset) | (address & offset);
    }
    return std::nullopt;
}

}  // namespace wirewrap::riscv
