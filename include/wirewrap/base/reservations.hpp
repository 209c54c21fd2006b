// Reservations: which words the harts of one memory have reserved (RISC-V: by LR), so that a store of anybody else ends
// them, also one that leaves the value as it was.
//
//     Reservations all;                       // of the memory
//     Reservation mine, other;                // one of each hart
//     all.add(mine), all.add(other);
//     mine.hold(word, 4);                     // LR
//     all.stored(word, 1);                    // a device, or another hart
//     mine.held();                            // false: SC fails
//
// Words are known by their host memory, so that it does not matter at which address a store reached it. Stores that a hart
// makes by itself, past the memory's owner, are told by nobody: a hart that begins to run while another one holds a
// reservation (`held_besides`) gives its stores to the bus and tells of each until it runs the next time.
#pragma once

#include <atomic>
#include <concepts>
#include <cstddef>
#include <cstdint>

#include <wirewrap/base/language.hpp>

namespace wirewrap {

/// The reservation of one hart.
class Reservation {
public:
    Reservation() = default;
    Reservation(const Reservation&) = delete;
    Reservation& operator=(const Reservation&) = delete;

    bool held() const { return width_.load(std::memory_order_relaxed) != 0; }
    const std::byte* memory() const { return memory_.load(std::memory_order_relaxed); }
    /// Whether it is, or was, of this word, as far as that is known: an address may lead elsewhere by now.
    bool of(const std::byte* word) const { return memory() == nullptr || memory() == word; }
    void hold(const std::byte* memory, std::size_t width) {
        memory_.store(memory, std::memory_order_relaxed);
        width_.store(width, std::memory_order_relaxed);
    }
    void end() { width_.store(0, std::memory_order_relaxed); }

private:
    friend class Reservations;

    /// Whether it holds some of these bytes.
    bool overlaps(const std::byte* memory, std::size_t width) const {
        const auto first = reinterpret_cast<std::uintptr_t>(this->memory());
        const auto stored = reinterpret_cast<std::uintptr_t>(memory);
        return stored - first < width_.load(std::memory_order_relaxed) || (held() && first - stored < width);
    }

    // Relaxed atomics: harts on threads of their own lose no more than a reservation.
    std::atomic<const std::byte*> memory_ = nullptr;
    std::atomic<std::size_t> width_ = 0;  // 0: nothing is reserved
    Reservation* next_ = nullptr;
};

/// Those of all harts of one memory. Harts come and go while none of them runs.
class Reservations {
public:
    Reservations() = default;
    // Harts stay with the memory that they were made for.
    Reservations(const Reservations&) noexcept {}
    Reservations& operator=(const Reservations&) noexcept { return *this; }

    void add(Reservation& one) {
        one.next_ = first_;
        first_ = &one;
    }
    void remove(const Reservation& one) {
        Reservation** link = &first_;
        while (*link != nullptr && *link != &one) link = &(*link)->next_;
        if (*link != nullptr) *link = one.next_;
    }

    /// Whether there is any hart besides.
    bool shared() const { return first_ != nullptr && first_->next_ != nullptr; }

    /// Bytes were stored to: ends what others than `by` hold of them.
    void stored(const std::byte* memory, std::size_t width, const Reservation* by = nullptr) {
        for (Reservation* one = first_; one != nullptr; one = one->next_)
            if (one != by && one->overlaps(memory, width)) one->end();
    }
    /// Whether somebody besides `one` holds a reservation.
    bool held_besides(const Reservation& one) const {
        for (const Reservation* other = first_; other != nullptr; other = other->next_)
            if (other != &one && other->held()) return true;
        return false;
    }

private:
    Reservation* first_ = nullptr;
};

/// A path whose harts share reservations, and which tells of stores that reach its memory by itself: through spans, atomic
/// words, devices.
template <class Path>
concept KeepsReservations = requires(Path& path) {
    { path.reservations() } -> std::same_as<Reservations&>;
};

}  // namespace wirewrap
