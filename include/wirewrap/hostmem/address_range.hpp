// Address space set aside for memory: aligned so that huge pages can serve it, with a page behind it that always traps.
//
//      mmap(PROT_NONE, size + alignment)
//     |-- unmapped --|---------- size ----------|guard|-- unmapped --|
//                    ^ multiple of `alignment`   PROT_NONE
//
//     auto range = AddressRange::reserve(1_GiB, 2_MiB);                  // nothing is behind it yet
//     auto half = AddressRange::inside(range->data() + offset, 512_MiB); // of a range that someone else owns
#pragma once

#include <array>
#include <atomic>
#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <tuple>
#include <utility>

#include <wirewrap/base/bytes.hpp>
#include <wirewrap/hostmem/os.hpp>

namespace wirewrap::hostmem {

/// Owns a range of addresses, with whatever was mapped into it since: all of it is unmapped when this is destroyed.
class AddressRange {
public:
    AddressRange() = default;
    /// `alignment`: a power of two, at least a page. Fails with EINVAL for a size of 0 or an alignment that is none, with
    /// ENOMEM for more than there are addresses.
    static os::Result<AddressRange> reserve(Bytes size, Bytes alignment) {
        const Bytes guard = os::page_size();
        if (size == Bytes{} || !is_power_of_two(alignment) || alignment < guard)
            return std::unexpected(os::Failure{EINVAL});
        if (size > most || alignment > most) return std::unexpected(os::Failure{ENOMEM});
        if (const auto again = where_the_last_was(size + guard, alignment, PROT_NONE, address_space))
            return AddressRange(again, size, guard);
        const Bytes room = size + alignment;
        const auto space = os::map(nullptr, room, PROT_NONE, address_space);
        if (!space) return std::unexpected(space.error());
        const Bytes head{-reinterpret_cast<std::uintptr_t>(*space) & (alignment.count - 1)};
        std::byte* const base = *space + head.count;
        const Bytes tail = room - head - size - guard;
        if (head != Bytes{}) std::ignore = os::unmap(*space, head);
        if (tail != Bytes{}) std::ignore = os::unmap(base + (size + guard).count, tail);
        return AddressRange(base, size, guard);
    }
    /// The same with anonymous private memory in it at once, where the last range that went was: what who makes and destroys
    /// machines in turn needs, in two system calls. Fails where that place does not suit.
    static os::Result<AddressRange> with_memory(Bytes size, Bytes alignment, int protection, int flags) {
        const Bytes guard = os::page_size();
        if (size == Bytes{} || size > most || alignment < guard) return std::unexpected(os::Failure{EINVAL});
        std::byte* const base = where_the_last_was(size + guard, alignment, protection,
                                                   flags | MAP_PRIVATE | MAP_ANONYMOUS);
        if (base == nullptr) return std::unexpected(os::Failure{ENOMEM});
        AddressRange range(base, size, guard);
        if (const auto trap = os::protect(base + size.count, guard, PROT_NONE); !trap)
            return std::unexpected(trap.error());
        return range;
    }
    /// A part of a range that outlives it; destroying this does nothing.
    static AddressRange inside(std::byte* at, Bytes size) {
        AddressRange range(at, size, Bytes{});
        range.owns_ = false;
        return range;
    }

    AddressRange(AddressRange&& other) noexcept
        : base_(std::exchange(other.base_, nullptr)), size_(std::exchange(other.size_, {})),
          guard_(std::exchange(other.guard_, {})), owns_(other.owns_) {}
    AddressRange& operator=(AddressRange&& other) noexcept {
        AddressRange mine(std::move(other));  // gives back what was here, now and not later
        std::swap(base_, mine.base_);
        std::swap(size_, mine.size_);
        std::swap(guard_, mine.guard_);
        std::swap(owns_, mine.owns_);
        return *this;
    }
    // A call of its own: inlined, g++ 12 follows it into optionals that are empty, and warns.
    [[gnu::noinline]] ~AddressRange() {
        if (base_ == nullptr || !owns_) return;
        std::ignore = os::unmap(base_, size_ + guard_);
        remember(base_, size_ + guard_);
    }

    std::byte* data() const { return base_; }
    Bytes size() const { return size_; }

private:
    // Half of what 64 bits count, so that sums with a guard and an alignment cannot wrap.
    static constexpr Bytes most{std::uint64_t{1} << 62};

    AddressRange(std::byte* base, Bytes size, Bytes guard) : base_(base), size_(size), guard_(guard) {}

    static constexpr int address_space = MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE;

    // Who makes and destroys machines in turn finds the aligned place of the last one free again, and has nothing to trim.
    static std::byte* where_the_last_was(Bytes size, Bytes alignment, int protection, int flags) {
        std::byte* const last = last_place(size);
        if (last == nullptr || reinterpret_cast<std::uintptr_t>(last) % alignment.count != 0) return nullptr;
        const auto space = os::map(last, size, protection, flags);
        if (!space) return nullptr;
        if (*space == last) return last;
        std::ignore = os::unmap(*space, size);
        return nullptr;
    }

    // A few places by their size, for a machine has several blocks. Who comes while another is here does without.
    struct Place {
        std::byte* base;
        Bytes size;
    };
    static std::byte* last_place(Bytes size) {
        std::byte* found = nullptr;
        if (busy_.test_and_set(std::memory_order_acquire)) return found;
        for (Place& place : last_)
            if (place.base != nullptr && place.size == size) {
                found = std::exchange(place.base, nullptr);
                break;
            }
        busy_.clear(std::memory_order_release);
        return found;
    }
    static void remember(std::byte* base, Bytes size) {
        if (busy_.test_and_set(std::memory_order_acquire)) return;
        Place* slot = &last_[oldest_++ % last_.size()];
        for (Place& place : last_)
            if (place.base == nullptr) slot = &place;
        *slot = {base, size};
        busy_.clear(std::memory_order_release);
    }

    inline static constinit std::atomic_flag busy_{};
    inline static constinit std::array<Place, 4> last_{};
    inline static constinit unsigned oldest_ = 0;

    std::byte* base_ = nullptr;
    Bytes size_{};
    Bytes guard_{};
    bool owns_ = true;
};

}  // namespace wirewrap::hostmem
