// What translated code knows of a hart: addresses. So the code that makes it is compiled once for all kinds of harts.
//
//     RamLimits::of(0x8000'0000, host, 256 MiB):
//
//     0x80000000   0x80000800                                  0x8ffff7f8      0x90000000
//     |-- margin --|------------------- comfortable ---------------|-- margin --|
//
// An address register that points into the comfortable part is good for any load or store, whatever its offset; others
// are looked at exactly.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include <wirewrap/cpu/riscv/code_page.hpp>
#include <wirewrap/cpu/riscv/edges.hpp>

namespace wirewrap::jit {

/// RAM that translated code reads and writes itself. The comfortable part of it is so far from its ends that any offset of
/// a load or store stays inside.
struct RamLimits {
    static constexpr std::uint64_t margin = 2048;  // offsets go from -2048 to 2047

    std::uint64_t minus_comfortable = 0;         // minus the first comfortable address
    std::uint64_t base = 0;                      // the first address
    std::array<std::uint64_t, 4> last_offset{};  // of an access of 1, 2, 4, 8 bytes
    std::uint64_t comfortable = 0;               // bytes, minus one
    std::uint64_t host_minus_guest = 0;
    bool present = false;

    static RamLimits of(std::uint64_t base, std::byte* host, std::uint64_t size) {
        if (size < 4 * margin) return {};
        RamLimits limits{.minus_comfortable = 0 - (base + margin), .base = base, .present = true};
        for (std::size_t i = 0; i != 4; ++i) limits.last_offset[i] = size - (std::size_t{1} << i);
        limits.comfortable = size - 2 * margin - 8;
        limits.host_minus_guest = reinterpret_cast<std::uint64_t>(host) - base;
        return limits;
    }
};

/// Executes the interpreter's operation for one slot: at `slot`, with `unpaid` instructions left in the budget if nobody
/// has paid for it. Answers whether the next instruction follows; otherwise the core has been left.
using Interpret = bool (*)(void* core, const riscv::Slot* slot, std::int64_t unpaid,
                           const riscv::Slot* plain);

struct Found {
    const void* entry;        // host code; nullptr: none
    const riscv::Slot* slot;  // to go on at then
};
/// Where the code at a guest address is.
using Find = Found (*)(void* core, std::uint64_t target, std::int64_t budget);

/// An entry of a table of targets that were found (target_table.hpp).
struct KnownTarget {
    std::uint64_t target = ~std::uint64_t{0};  // odd: nobody goes there
    const void* entry = nullptr;
};
inline constexpr std::size_t known_targets = 4096;
inline constexpr std::size_t access_guesses = 16384, loop_pauses = 1024;

struct HartLayout {
    void* core;
    std::uint64_t* x;                // of the hart
    std::uint64_t* bias;             // of the hart
    const riscv::Slot* leave;        // of the hart
    std::uint64_t host_minus_guest;  // of RAM
    KnownTarget* const* targets;     // of the mode that the hart is in
    Find find;
    /// Where the hart keeps pointers to the tables of its TranslationCache; nullptr when addresses are physical.
    const void *loads = nullptr, *stores = nullptr;
    /// Where it keeps the mask for the bytes from the start of a table to an entry, and where translated code keeps such bytes: of
    /// the entry that an access found last. Accesses share these when there are more.
    const void* places = nullptr;
    const std::uint32_t* guesses = nullptr;
    /// Where translated code keeps, by loops, how often they are not to be tried (loop_assembler.hpp). Loops share them when there
    /// are more.
    const std::uint32_t* pauses = nullptr;
    /// Where the hart keeps a pointer to the table of marks that its stores leave (cpu/riscv/store_marks.hpp); nullptr: none.
    const void* marks = nullptr;
    std::uint16_t mark = 0;
    /// What counts the guest's edges, and where the hart keeps a pointer to the first counter.
    riscv::EdgeCounters edges{};
    const void* counters = nullptr;
    /// Where the hart keeps an address: that of the byte which says whether stores to guest page p need not ask the bus, minus
    /// p. nullptr: none has to ask.
    const void* free_pages = nullptr;
};

}  // namespace wirewrap::jit
