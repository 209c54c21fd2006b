// What holds for all page tables, whatever lies in memory: the hart's walk and its memory of past walks lead where a plain
// reading of the specification leads, with the same exceptions and the same bits set. For the fuzzer and for a test.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <optional>
#include <span>
#include <vector>

#include <wirewrap/base/endian.hpp>
#include <wirewrap/cpu.hpp>

#include "tests/support/flat_bus.hpp"
#include "tests/support/rv64_assembler.hpp"

namespace wirewrap::test {

/// Numbers out of an input; zeros behind its end.
class Numbers {
public:
    explicit Numbers(std::span<const std::byte> input) : input_(input) {}
    bool over() const { return input_.empty(); }
    template <class T>
    T next() {
        std::array<std::byte, sizeof(T)> bytes{};
        const std::size_t count = std::min(bytes.size(), input_.size());
        std::copy_n(input_.begin(), count, bytes.begin());
        input_ = input_.subspan(count);
        return read_memory<T>(bytes.data());
    }

private:
    std::span<const std::byte> input_;
};

/// Privileged architecture 1.12, 4.3.2, word by word, over 64 KiB of memory.
class PlainWalk {
public:
    enum Kind : unsigned { load, store, fetch };
    static constexpr std::uint64_t base = FlatBus::ram_base, size = 0x1'0000;

    std::vector<std::byte> memory = std::vector<std::byte>(size);
    std::vector<std::byte> rom{};  // at FlatBus::rom_base
    unsigned levels = 3;
    std::uint64_t root = 0;  // physical
    bool sum = false, mxr = false, user = false;

    /// Where it lies, or the number of the exception.
    std::optional<std::uint64_t> walk(std::uint64_t address, Kind kind, unsigned& cause) {
        constexpr std::array<unsigned, 3> page_faults{13, 15, 12}, access_faults{5, 7, 1};
        const auto fails = [&](const std::array<unsigned, 3>& causes) -> std::optional<std::uint64_t> {
            cause = causes[kind];
            return std::nullopt;
        };
        const unsigned bits = 12 + 9 * levels;
        const auto sign = static_cast<std::uint64_t>(static_cast<std::int64_t>(address << (64 - bits)) >>
                                                     (64 - bits));
        if (sign != address) return fails(page_faults);
        std::uint64_t a = root;
        for (int i = static_cast<int>(levels) - 1; i >= 0; --i) {
            const std::uint64_t place = a + 8 * ((address >> (12 + 9 * i)) % 512);
            const std::optional<std::uint64_t> entry = read(place);
            if (!entry) return fails(access_faults);
            const std::uint64_t pte = *entry;
            const bool v = pte & 1, r = pte & 2, w = pte & 4, x = pte & 8, u = pte & 16, d = pte & 128;
            if (!v || (!r && w) || pte >> 54 != 0) return fails(page_faults);
            const std::uint64_t ppn = pte >> 10 & ((std::uint64_t{1} << 44) - 1);
            if (!r && !x) {
                if (u || (pte & 64) != 0 || d) return fails(page_faults);
                a = ppn << 12;
                continue;
            }
            if (kind == load && !r && !(mxr && x)) return fails(page_faults);
            if (kind == store && !w) return fails(page_faults);
            if (kind == fetch && !x) return fails(page_faults);
            if (user && !u) return fails(page_faults);
            if (!user && u && (kind == fetch || !sum)) return fails(page_faults);
            const std::uint64_t low = (std::uint64_t{1} << 9 * i) - 1;
            if ((ppn & low) != 0) return fails(page_faults);
            const std::uint64_t marked = pte | 64 | (kind == store ? 128 : 0);
            if (marked != pte && !write(place, marked)) return fails(access_faults);
            return (ppn | (address >> 12 & low)) << 12 | address % 4096;
        }
        return fails(page_faults);
    }
    /// Nothing outside of memory.
    std::optional<std::uint64_t> read(std::uint64_t physical) const {
        if (physical >= base && physical - base <= size - 8)
            return read_memory<std::uint64_t>(memory.data() + (physical - base));
        if (physical >= FlatBus::rom_base && physical - FlatBus::rom_base <= rom.size() - 8)
            return read_memory<std::uint64_t>(rom.data() + (physical - FlatBus::rom_base));
        return std::nullopt;
    }
    bool write(std::uint64_t physical, std::uint64_t value) {
        if (physical < base || physical - base > size - 8) return false;
        write_memory<std::uint64_t>(memory.data() + (physical - base), value);
        return true;
    }
};

/// Writes entries and makes accesses as the input says.
inline bool holds_for_any_page_table(std::span<const std::byte> input) {
    namespace csr = riscv::csr;
    constexpr std::uint64_t code = FlatBus::rom_base, handler = code + 0x100, stored = 0x0123'4567'89ab'cdef;
    FlatBus bus{Bytes{PlainWalk::size}, Bytes{0x1000}};
    const std::array<std::uint32_t, 2> program{rv64::ld(10, 11, 0), rv64::sd(12, 11, 0)};
    std::memcpy(bus.rom.data(), program.data(), sizeof program);
    riscv::Hart<FlatBus, riscv::Sv57> hart{bus, {.reset_pc = code, .code_pages = 4}};
    hart.set_csr(csr::pmpaddr0, ~std::uint64_t{0});
    hart.set_csr(csr::pmpcfg0, 0x1f);
    hart.set_csr(csr::mtvec, handler);
    hart.set_x(12, stored);

    Numbers numbers(input);
    PlainWalk plain;
    plain.rom = bus.rom;
    const auto flags = numbers.next<std::uint8_t>();
    plain.levels = 3 + flags % 3u;
    plain.sum = (flags & 4) != 0, plain.mxr = (flags & 8) != 0, plain.user = (flags & 16) != 0;
    plain.root = PlainWalk::base + 0x1000 * (numbers.next<std::uint8_t>() % 16u);
    const std::uint64_t satp = std::uint64_t{plain.levels + 5} << 60 | plain.root >> 12;
    bool changed = true;
    while (!numbers.over()) {
        const auto what = numbers.next<std::uint8_t>();
        if (what % 2 == 0) {  // an entry: any bits, or those that lead somewhere
            const std::size_t place = numbers.next<std::uint16_t>() % (PlainWalk::size / 8);
            std::uint64_t entry = 0;
            if ((what & 2) != 0) {
                entry = numbers.next<std::uint64_t>();
            } else {
                entry = (PlainWalk::base >> 12 | numbers.next<std::uint8_t>() % 32u) << 10;
                if ((what & 4) != 0)
                    entry &= ~std::uint64_t{0x7fff'ffff};  // aligned as a large page has to be
                entry |= numbers.next<std::uint8_t>();
            }
            for (std::vector<std::byte>* memory : {&plain.memory, &bus.ram})
                write_memory<std::uint64_t>(memory->data() + 8 * place, entry);
            changed = true;
            continue;
        }
        std::uint64_t address = 0;
        if ((what & 8) != 0) {
            address = numbers.next<std::uint64_t>() & ~std::uint64_t{7};
        } else {  // near the beginning of each table
            for (unsigned level = 0; level != plain.levels; ++level)
                address = address << 9 | (numbers.next<std::uint8_t>() & 3u);
            address = address << 12 | (numbers.next<std::uint8_t>() * 8u);
        }
        const auto kind = static_cast<PlainWalk::Kind>((what >> 1) % 3u);
        if (changed) hart.set_csr(csr::satp, satp);  // what was remembered of the tables is forgotten
        changed = kind == PlainWalk::store;          // it may have been one of them
        unsigned cause = 0;
        const auto physical = plain.walk(address, kind, cause);
        const std::optional<std::uint64_t> value = physical ? plain.read(*physical) : std::nullopt;
        const bool happens = value && (kind != PlainWalk::store || plain.write(*physical, stored));
        constexpr std::array<unsigned, 3> access_faults{5, 7, 1};
        if (physical && !happens) cause = access_faults[kind];
        // What is fetched could be anything: only that it is not is seen.
        if (kind == PlainWalk::fetch && happens) {
            changed = true;
            std::memcpy(bus.ram.data(), plain.memory.data(), PlainWalk::size);
            continue;
        }
        hart.set_csr(csr::mcause, 0);
        const std::uint64_t mode = plain.user ? 0 : 1;
        hart.set_csr(csr::mstatus, std::uint64_t{1} << 17 | mode << 11 | std::uint64_t{plain.sum} << 18 |
                                       std::uint64_t{plain.mxr} << 19);
        hart.set_privilege(kind == PlainWalk::fetch ? static_cast<riscv::Privilege>(mode)
                                                    : riscv::Privilege::machine);
        hart.set_x(11, address);
        hart.set_pc(kind == PlainWalk::fetch ? address : code + (kind == PlainWalk::store ? 4 : 0));
        if (hart.run(1).executed != 1) return false;
        const bool trapped = hart.pc() == handler;
        if (trapped == happens) return false;
        if (trapped && (hart.csr(csr::mcause) != cause || hart.csr(csr::mtval) != address)) return false;
        if (!trapped && kind == PlainWalk::load && hart.x(10) != *value) return false;
        if (std::memcmp(bus.ram.data(), plain.memory.data(), PlainWalk::size) != 0) return false;
        hart.set_privilege(riscv::Privilege::machine);
    }
    return true;
}

}  // namespace wirewrap::test
