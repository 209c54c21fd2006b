// The walk through a page table in memory, of three, four or five levels: Sv39, Sv48, Sv57.
//
//     address   sign … | VPN[2] | VPN[1] | VPN[0] | offset          Sv39: 9 bits for each level, 12 for the offset
//     satp.PPN ──> table ──> table ──> table ──> page               a leaf further up is a page of 2 MiB, 1 GiB, …
//
// A and D bits are set by the hart, as RISC-V harts do that have neither Svade nor Svadu among their extensions, and as
// QEMU does; software that expects either way gets on with it. Source: privileged architecture 1.12, sections 4.3.2, 4.4
// to 4.6. There is neither Svnapot nor Svpbmt: entries with bits of theirs lead to page faults.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <expected>
#include <optional>

#include <wirewrap/base/bus.hpp>
#include <wirewrap/cpu/riscv/pmp.hpp>
#include <wirewrap/cpu/riscv/slow_access.hpp>
#include <wirewrap/cpu/riscv/translation.hpp>
#include <wirewrap/cpu/riscv/trap.hpp>

namespace wirewrap::riscv {

/// Bits of a page table entry.
namespace pte {
inline constexpr std::uint64_t valid = 1, read = 2, write = 4, execute = 8, user = 16, global = 32,
                               accessed = 64, dirty = 128;
/// For bits that have no meaning here.
inline constexpr std::uint64_t reserved = ~((std::uint64_t{1} << 54) - 1);
constexpr std::uint64_t frame(std::uint64_t entry) { return (entry & ~reserved) >> 10; }
}  // namespace pte

constexpr Cause page_fault(Access kind) {
    return kind == Access::fetch   ? Cause::instruction_page_fault
           : kind == Access::store ? Cause::store_page_fault
                                   : Cause::load_page_fault;
}
constexpr Cause access_fault(Access kind) {
    return kind == Access::fetch   ? Cause::instruction_access_fault
           : kind == Access::store ? Cause::store_access_fault
                                   : Cause::load_access_fault;
}

/// Where a walk has led: a physical address and the bytes of the page that it lies in.
struct Mapped {
    std::uint64_t physical = 0, page_bytes = 0;
};

template <class Core>
class PageWalk {
public:
    /// An access of `kind` with the rights of `mode`, U or S.
    PageWalk(Core& core, Access kind, Privilege mode)
        : core_(core), csrs_(core.privileged.csrs), kind_(kind), mode_(mode) {}

    /// `levels` of tables, from where satp says. The exception of the access where no page may be accessed so.
    std::expected<Mapped, Cause> operator()(std::uint64_t address, unsigned levels) {
        const unsigned sign = 12 + 9 * levels - 1;
        const std::int64_t above = static_cast<std::int64_t>(address) >> sign;
        if (above != 0 && above != -1) return std::unexpected(page_fault(kind_));
        std::uint64_t table = (csrs_.satp & ((std::uint64_t{1} << 44) - 1)) << 12;
        for (unsigned level = levels; level-- != 0;) {
            const unsigned shift = 12 + 9 * level;
            const std::uint64_t place = table + 8 * (address >> shift & 511);
            const Entry found = follow(place, shift);
            if (!found) return std::unexpected(found.error());
            if (is_leaf(*found)) {
                const std::uint64_t offset = (std::uint64_t{1} << shift) - 1;
                return Mapped{(pte::frame(*found) << 12 & ~offset) | (address & offset), offset + 1};
            }
            table = pte::frame(*found) << 12;
        }
        return std::unexpected(page_fault(kind_));
    }

private:
    using Entry = std::expected<std::uint64_t, Cause>;

    static bool is_leaf(std::uint64_t entry) { return (entry & (pte::read | pte::execute)) != 0; }

    /// The entry at `place`: one that leads to a table, or a leaf that lets the access happen and remembers it.
    Entry follow(std::uint64_t place, unsigned shift) {
        using namespace pte;
        for (;;) {
            const Entry found = load(place);
            if (!found) return found;
            const std::uint64_t entry = *found;
            if ((entry & valid) == 0 || (entry & reserved) != 0 || (entry & (read | write)) == write)
                return std::unexpected(page_fault(kind_));
            if (!is_leaf(entry)) {
                if ((entry & (dirty | accessed | user)) != 0) return std::unexpected(page_fault(kind_));
                return entry;
            }
            const std::uint64_t inside = (std::uint64_t{1} << (shift - 12)) - 1;
            if (!allowed(entry) || (frame(entry) & inside) != 0) return std::unexpected(page_fault(kind_));
            const std::uint64_t marked = entry | accessed | (kind_ == Access::store ? dirty : 0);
            if (marked == entry) return entry;
            const auto stored = exchange(place, entry, marked);
            if (!stored) return std::unexpected(access_fault(kind_));
            if (*stored) return marked;  // otherwise somebody changed it: look again
        }
    }

    bool allowed(std::uint64_t entry) const {
        const bool of_user = (entry & pte::user) != 0;
        if (mode_ == Privilege::user && !of_user) return false;
        if (mode_ == Privilege::supervisor && of_user &&
            (kind_ == Access::fetch || (csrs_.mstatus & status::sum) == 0))
            return false;
        switch (kind_) {
        case Access::fetch: return (entry & pte::execute) != 0;
        case Access::store: return (entry & pte::write) != 0;
        default:
            return (entry & pte::read) != 0 ||
                   ((entry & pte::execute) != 0 && (csrs_.mstatus & status::mxr) != 0);
        }
    }

    // Tables are read and written with the rights of S mode.
    bool open(std::uint64_t place, std::uint8_t rights) const {
        return core_.window_of(Privilege::supervisor).holds(place, 8) ||
               csrs_.pmp.allows(place, 8, rights, Privilege::supervisor);
    }
    Entry load(std::uint64_t place) {
        if (open(place, Pmp::read)) {
            if (const std::byte* const memory = core_.direct_word(place))
                return std::atomic_ref(*reinterpret_cast<std::uint64_t*>(const_cast<std::byte*>(memory)))
                    .load(std::memory_order_relaxed);
            if (const auto entry = core_.bus.template load<std::uint64_t>(GuestAddress{place})) return *entry;
        }
        return std::unexpected(access_fault(kind_));
    }
    /// Whether the entry was still there and is another now; nothing where it cannot be written.
    std::optional<bool> exchange(std::uint64_t place, std::uint64_t entry, std::uint64_t marked) {
        if (!open(place, Pmp::read | Pmp::write)) return std::nullopt;
        const auto word = SlowAccess<Core>::atomic_word(core_, place, 8);
        if (!word) return std::nullopt;
        const bool same = std::atomic_ref(*reinterpret_cast<std::uint64_t*>(word.memory))
                              .compare_exchange_strong(entry, marked);
        SlowAccess<Core>::atomic_done(core_, word, same);
        return same;
    }

    Core& core_;
    const Csrs& csrs_;
    Access kind_;
    Privilege mode_;
};

}  // namespace wirewrap::riscv
