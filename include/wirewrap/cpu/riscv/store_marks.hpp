// How SC knows that a hart on another thread has stored to what LR reserved, also what was there before: each hart leaves a mark
// beside its stores, where one for the whole line of memory is kept, and LR leaves another one there.
//
//     StoreMarks mine(table, 2);            // of hart 2
//     mine.reserve(word);                   // LR
//     theirs.stored(word);                  // before a store of hart 3
//     mine.reserved(word);                  // false: SC fails
//
// A mark is written and never read by who stores, so it costs a store and no wait. Lines share marks by their addresses, and an
// LR ends another hart's reservation too: SC may fail without a reason, as the ISA allows, and who reserves last goes on. The
// mark is visible before the store is, in the order that x86-64 has anyway. What is not seen is a store whose mark comes between
// SC's look at it and SC's own access, some instructions later, and that leaves the value as it was.
#pragma once

#include <array>
#include <atomic>
#include <concepts>
#include <cstddef>
#include <cstdint>

#include <wirewrap/base/language.hpp>

namespace wirewrap::riscv {

class StoreMarks {
public:
    static constexpr unsigned line_bits = 6;  // 64 bytes
    static constexpr std::size_t count = std::size_t{1} << 16;
    /// Of all harts of one memory.
    using Table = std::array<std::atomic<std::uint16_t>, count>;
    static constexpr std::size_t most_harts = 0x7fff;

    /// The table must outlive it.
    StoreMarks(Table& table, std::size_t hart)
        : table_(&table), store_(static_cast<std::uint16_t>(hart + 1)) {}

    /// To be called before this hart stores to bytes from there on, 8 at most.
    [[gnu::always_inline]] void stored(const std::byte* memory) const {
        of(line(memory)).store(store_, std::memory_order_relaxed);
    }
    /// To be called before LR reads a word.
    void reserve(const std::byte* memory) const {
        of(line(memory)).exchange(reservation());
        if (begins_line(memory)) of(line(memory) - 1).exchange(reservation());
    }
    /// Whether nobody has stored to that word since then.
    bool reserved(const std::byte* memory) const {
        return of(line(memory)).load() == reservation() &&
               (!begins_line(memory) || of(line(memory) - 1).load() == reservation());
    }

    /// For translated code: the mark of a store at `address` is at `table + (address >> line_bits) % count * 2`.
    Table* table() const { return table_; }
    std::uint16_t mark_of_store() const { return store_; }

private:
    std::uint16_t reservation() const { return static_cast<std::uint16_t>(store_ | 0x8000); }
    static std::uintptr_t line(const std::byte* memory) {
        return reinterpret_cast<std::uintptr_t>(memory) >> line_bits;
    }
    /// A misaligned store may come in from the line before, where it leaves its mark.
    static bool begins_line(const std::byte* memory) {
        return reinterpret_cast<std::uintptr_t>(memory) % (1u << line_bits) < sizeof(std::uint64_t);
    }
    std::atomic<std::uint16_t>& of(std::uintptr_t line) const { return (*table_)[line % count]; }

    Table* table_;
    std::uint16_t store_;
};

/// A bus whose harts leave marks beside their stores. `reserve` comes before LR reads, `reserved` before SC writes; the bus adds
/// what devices have stored.
template <class Bus>
concept MarksStores = requires(Bus& bus, const std::byte* word, std::size_t width) {
    { bus.store_marks() } -> std::same_as<const StoreMarks&>;
    bus.reserve(word, width);
    { bus.reserved(word) } -> std::same_as<bool>;
};

}  // namespace wirewrap::riscv
