// Paging as a policy of the hart: virtual addresses go through the tables that satp names.
//
//     Hart<Bus, Sv39> hart(bus);               // satp has the modes Bare and Sv39
//     Hart<Bus, Sv57> other(bus);              // Bare, Sv39, Sv48 and Sv57
//
// The hart remembers translations of the context that it is in. Nothing is kept over a write to satp that changes it, so
// that every ASID finds what belongs to it; SFENCE.VMA with an address forgets one page, unless the address lies where
// larger ones were seen.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>

#include <wirewrap/cpu/riscv/page_table.hpp>
#include <wirewrap/cpu/riscv/translation.hpp>
#include <wirewrap/cpu/riscv/translation_cache.hpp>

namespace wirewrap::riscv {

/// With tables of up to `Levels` levels: 3, 4 or 5.
template <unsigned Levels>
struct Paging {
    static_assert(Levels >= 3 && Levels <= 5, "satp has modes for tables of three, four and five levels");
    static constexpr std::uint16_t satp_modes = 1 | ((1 << (Levels - 2)) - 1) << 8;
    static constexpr bool identity = false;

    TranslationCache cache;

    template <class Core>
    Translated translate(Core& core, std::uint64_t address, Access kind) {
        const Privileged& now = core.privileged;
        const Privilege mode = kind == Access::fetch ? now.mode : now.data_mode();
        const auto number = static_cast<unsigned>(now.csrs.satp >> 60);
        if (mode == Privilege::machine || number == 0) return address;
        const auto found = PageWalk<Core>(core, kind, mode)(address, number - 5);
        if (!found) return std::unexpected(found.error());
        if (found->page_bytes != TranslationCache::page_bytes) remember_large(address, found->page_bytes);
        return found->physical;
    }

    /// A page of 4 KiB is all that may be remembered of this address.
    bool is_small(std::uint64_t address) const {
        const Window& large = large_[address >> 63];
        return large.empty || address < large.first || address > large.last;
    }
    /// Nothing is remembered.
    void forgotten() { large_ = {nowhere, nowhere}; }

private:
    static constexpr Window nowhere{.empty = true};

    void remember_large(std::uint64_t address, std::uint64_t bytes) {
        const std::uint64_t first = address & ~(bytes - 1), last = first + (bytes - 1);
        Window& large = large_[address >> 63];
        large = large.empty ? Window{first, last}
                            : Window{std::min(large.first, first), std::max(large.last, last)};
    }

    std::array<Window, 2> large_{nowhere, nowhere};  // around all larger pages, below and above the middle
};

using Sv39 = Paging<3>;
using Sv48 = Paging<4>;
using Sv57 = Paging<5>;

}  // namespace wirewrap::riscv
