// Physical memory protection: sixteen entries that say which addresses S and U modes (and M mode, for locked
// entries) may read, write and execute. Granularity is four bytes.
//
//     Pmp pmp;
//     pmp.set_address(0, 0x8000'0000 >> 2 | 0xffff);                  // NAPOT: 512 KiB from 0x80000000
//     pmp.set_config(0, Pmp::napot);                                  // no access below M
//     pmp.set_address(1, ~0ull), pmp.set_config(1, Pmp::napot | Pmp::read | Pmp::write | Pmp::execute);
//     pmp.allows(0x8000'1000, 8, Pmp::read, Privilege::supervisor);   // false
//
// Loops do not ask entry by entry: `open_window` finds, once per change, the largest stretch of addresses on
// which everything is allowed, and an access inside it needs no further question.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <utility>

#include <wirewrap/cpu/riscv/privilege.hpp>

namespace wirewrap::riscv {

/// A stretch of addresses, [first, last].
struct Window {
    std::uint64_t first = 0;
    std::uint64_t last = 0;
    bool empty = false;

    constexpr bool holds(std::uint64_t address, std::uint64_t size) const {
        return !empty && address >= first && address <= last && last - address >= size - 1;
    }
    constexpr bool everything() const { return !empty && first == 0 && last == ~std::uint64_t{0}; }
    friend bool operator==(const Window&, const Window&) = default;
};

class Pmp {
public:
    static constexpr std::size_t entries = 16;
    /// Bits of a configuration byte.
    static constexpr std::uint8_t read = 1, write = 2, execute = 4, tor = 1 << 3, na4 = 2 << 3,
                                  napot = 3 << 3, locked = 0x80;

    constexpr std::uint8_t config(std::size_t entry) const { return config_[entry]; }
    constexpr std::uint64_t address(std::size_t entry) const { return address_[entry]; }

    /// Locked entries stay as they are. Writable but not readable is reserved: such an entry allows neither.
    constexpr void set_config(std::size_t entry, std::uint8_t value) {
        if ((config_[entry] & locked) != 0) return;
        value &= locked | napot | execute | write | read;
        if ((value & read) == 0) value &= static_cast<std::uint8_t>(~write);
        config_[entry] = value;
    }

    /// Addresses are bits 2 to 55 of a physical address. Also locked when the entry above is a locked TOR.
    constexpr void set_address(std::size_t entry, std::uint64_t value) {
        if ((config_[entry] & locked) != 0) return;
        if (entry + 1 != entries && (config_[entry + 1] & (locked | napot)) == (locked | tor)) return;
        address_[entry] = value & ((std::uint64_t{1} << 54) - 1);
    }

    /// pmpcfg0 and pmpcfg2: eight entries each.
    constexpr std::uint64_t packed_config(std::size_t first) const {
        std::uint64_t value = 0;
        for (std::size_t i = 0; i != 8; ++i) value |= std::uint64_t{config_[first + i]} << (8 * i);
        return value;
    }
    constexpr void set_packed_config(std::size_t first, std::uint64_t value) {
        for (std::size_t i = 0; i != 8; ++i)
            set_config(first + i, static_cast<std::uint8_t>(value >> (8 * i)));
    }

    /// May `mode` do all of `accesses` (bits `read`, `write`, `execute`) on [address, address + size)? The
    /// lowest entry that covers any byte decides, and must cover all of them. A misaligned access counts as
    /// two, split where an aligned one would end.
    constexpr bool allows(std::uint64_t address, std::uint64_t size, std::uint8_t accesses,
                          Privilege mode) const {
        const std::uint64_t beyond = address % size;
        if (beyond == 0) return allows_whole(address, address + (size - 1), accesses, mode);
        return allows_whole(address, address + (size - beyond - 1), accesses, mode) &&
               allows_whole(address + (size - beyond), address + (size - 1), accesses, mode);
    }

    /// The part of such an access that is refused, when it is not allowed: its address.
    constexpr std::uint64_t refused_part(std::uint64_t address, std::uint64_t size, std::uint8_t accesses,
                                         Privilege mode) const {
        const std::uint64_t beyond = address % size;
        const bool first_goes = beyond != 0 &&
                                allows_whole(address, address + (size - beyond - 1), accesses, mode);
        return first_goes ? address + (size - beyond) : address;
    }

    /// What becomes of all of [first, last] at once.
    enum class Verdict : std::uint8_t { all, none, mixed };
    constexpr Verdict judge(std::uint64_t first, std::uint64_t last, std::uint8_t accesses,
                            Privilege mode) const {
        const bool open = permitted_at(first, accesses, mode);
        for (std::size_t i = 0; i != entries; ++i) {
            const Window w = covered(i);
            if (w.empty) continue;
            for (const std::uint64_t change : {w.first, w.last + 1})
                if (change > first && change <= last && permitted_at(change, accesses, mode) != open)
                    return Verdict::mixed;
        }
        return open ? Verdict::all : Verdict::none;
    }

    /// The largest window in which `mode` may do all of `accesses` at any address and width.
    constexpr Window open_window(std::uint8_t accesses, Privilege mode) const {
        std::array<std::uint64_t, 2 * entries + 1>
            starts{};  // where the deciding entry may change; the first is 0
        std::size_t count = 1;
        for (std::size_t i = 0; i != entries; ++i) {
            const Window w = covered(i);
            if (w.empty) continue;
            starts[count++] = w.first;
            if (w.last != ~std::uint64_t{0}) starts[count++] = w.last + 1;
        }
        std::sort(starts.begin(), starts.begin() + count);
        count = static_cast<std::size_t>(std::unique(starts.begin(), starts.begin() + count) -
                                         starts.begin());
        Window best{.empty = true}, run{.empty = true};
        for (std::size_t i = 0; i != count; ++i) {
            const std::uint64_t last = i + 1 == count ? ~std::uint64_t{0} : starts[i + 1] - 1;
            const bool open = permitted_at(starts[i], accesses, mode);
            // An aligned access of eight bytes may span a boundary that is a multiple of four only.
            const bool continues = !run.empty && starts[i] % 8 == 0;
            run = {.first = continues ? run.first : starts[i], .last = last, .empty = !open};
            if (open && (best.empty || run.last - run.first > best.last - best.first)) best = run;
        }
        return best;
    }

    template <class Archive>
    void state(Archive& archive) {
        archive.field("config", config_);
        archive.field("address", address_, (std::uint64_t{1} << 54) - 1);
        for (const std::uint8_t config : config_)
            archive.require((config & ~(locked | napot | execute | write | read)) == 0 &&
                                (config & (read | write)) != write,
                            "a PMP entry has bits that it cannot have");
    }

private:
    static constexpr bool permitted(std::uint8_t config, std::uint8_t accesses, Privilege mode) {
        if (mode == Privilege::machine && (config & locked) == 0) return true;
        return (config & accesses) == accesses;
    }

    constexpr bool allows_whole(std::uint64_t first, std::uint64_t last, std::uint8_t accesses,
                                Privilege mode) const {
        for (std::size_t i = 0; i != entries; ++i) {
            const Window w = covered(i);
            if (w.empty || last < w.first || first > w.last) continue;
            return first >= w.first && last <= w.last && permitted(config_[i], accesses, mode);
        }
        return mode == Privilege::machine;
    }

    constexpr bool permitted_at(std::uint64_t address, std::uint8_t accesses, Privilege mode) const {
        return allows_whole(address, address, accesses, mode);
    }

    /// The addresses that entry `i` covers.
    constexpr Window covered(std::size_t i) const {
        const std::uint64_t base = address_[i] << 2;
        switch (config_[i] & napot) {
        case tor: {
            const std::uint64_t first = i == 0 ? 0 : address_[i - 1] << 2;
            return first < base ? Window{first, base - 1} : Window{.empty = true};
        }
        case na4: return {base, base + 3};
        case napot: {
            const std::uint64_t ones = address_[i] ^
                                       (address_[i] + 1);  // the trailing ones and the zero above them
            const std::uint64_t size = ones << 2 | 3;      // minus one
            // All ones: eight times the address space of 56 bits, that is, all there is.
            return ones >= (std::uint64_t{1} << 54) - 1 ? Window{0, ~std::uint64_t{0}}
                                                        : Window{base & ~size, base | size};
        }
        default: return {.empty = true};
        }
    }

    std::array<std::uint8_t, entries> config_{};
    std::array<std::uint64_t, entries> address_{};
};

/// Where loads and stores of any kind and width are permitted with the rights of each mode, found out when it is asked. To be
/// begun anew after any change of PMP.
class DataWindows {
public:
    const Window& of(const Pmp& pmp, Privilege mode) {
        const auto index = static_cast<std::size_t>(mode);
        if (!std::exchange(known_[index], true))
            windows_[index] = pmp.open_window(Pmp::read | Pmp::write, mode);
        return windows_[index];
    }

private:
    std::array<Window, 4> windows_{};
    std::array<bool, 4> known_{};
};

}  // namespace wirewrap::riscv
