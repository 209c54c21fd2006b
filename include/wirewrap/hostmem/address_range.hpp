// Address space set aside for memory: aligned so that huge pages can serve it, with a page behind it that always traps.
//
//      mmap(PROT_NONE, size + alignment)
//     |-- unmapped --|---------- size ----------|guard|-- unmapped --|
//                    ^ multiple of `alignment`   PROT_NONE
//
//     auto range = AddressRange::reserve(1_GiB, 2_MiB);                  // nothing is behind it yet
//     auto ready = AddressRange::reserve(1_GiB, 2_MiB, {PROT_READ, MAP_SHARED, file.number()});
//     auto half = AddressRange::inside(range->data() + offset, 512_MiB); // of a range that someone else owns
//
// That takes up to five system calls and cuts two mappings in pieces, so two shorter ways are tried first. Of the last few
// ranges that went the guard stays mapped, and the next of the same size comes before it, in one call: what is made and
// given back in turn. Where nothing has gone, the next one comes below the last, in two: what is made in numbers.
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

/// What is mapped into a range at once, as mmap(2) takes it; left out: nothing that can be accessed.
struct RangeContents {
    int protection = PROT_NONE;
    int flags = MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE;
    int descriptor = -1;
    Bytes offset{};
};

namespace detail {
/// Addresses that are free, before a guard that is not.
struct GuardedPlace {
    std::byte* base = nullptr;
    Bytes size{};

    void give_up() const {
        if (base != nullptr) std::ignore = os::unmap(base + size.count, os::page_size());
    }
};
}  // namespace detail

/// Owns a range of addresses, with whatever was mapped into it since: all of it is unmapped when this is destroyed.
class AddressRange {
public:
    AddressRange() = default;
    /// `alignment`: a power of two, at least a page. Fails with EINVAL for a size of 0 or an alignment that is none, with
    /// ENOMEM for more than there are addresses, and as mmap(2) does.
    static os::Result<AddressRange> reserve(Bytes size, Bytes alignment, const RangeContents& contents = {}) {
        const Bytes guard = os::page_size();
        if (size == Bytes{} || !is_power_of_two(alignment) || alignment < guard)
            return std::unexpected(os::Failure{EINVAL});
        if (size > most || alignment > most) return std::unexpected(os::Failure{ENOMEM});
        if (auto again = where_the_last_was(size, alignment, contents)) return again;
        if (auto beside = below_the_last(size, alignment, contents)) return beside;

        const Bytes room = size + alignment;
        const auto space = map(nullptr, room, {});
        if (!space) return std::unexpected(space.error());
        const Bytes head{-address_of(*space) & (alignment.count - 1)};
        std::byte* const base = *space + head.count;
        const Bytes tail = room - head - size - guard;
        if (head != Bytes{}) std::ignore = os::unmap(*space, head);
        if (tail != Bytes{}) std::ignore = os::unmap(base + (size + guard).count, tail);
        AddressRange range(base, size);
        if (contents.protection != PROT_NONE)
            if (const auto mapped = map(base, size, contents, MAP_FIXED); !mapped)
                return std::unexpected(mapped.error());
        lowest_.store(address_of(base), std::memory_order_relaxed);
        return range;
    }
    /// A part of a range that outlives it; destroying this does nothing.
    static AddressRange inside(std::byte* at, Bytes size) {
        AddressRange range(at, size);
        range.owns_ = false;
        return range;
    }

    AddressRange(AddressRange&& other) noexcept
        : base_(std::exchange(other.base_, nullptr)), size_(std::exchange(other.size_, {})),
          owns_(other.owns_) {}
    AddressRange& operator=(AddressRange&& other) noexcept {
        AddressRange mine(std::move(other));  // gives back what was here, now and not later
        std::swap(base_, mine.base_);
        std::swap(size_, mine.size_);
        std::swap(owns_, mine.owns_);
        return *this;
    }
    ~AddressRange() {
        if (base_ != nullptr && owns_) give_back(base_, size_);
    }

    std::byte* data() const { return base_; }
    Bytes size() const { return size_; }

private:
    // Half of what 64 bits count, so that sums with a guard and an alignment cannot wrap.
    static constexpr Bytes most{std::uint64_t{1} << 62};

    AddressRange(std::byte* base, Bytes size) : base_(base), size_(size) {}

    using Place = detail::GuardedPlace;

    static std::uintptr_t address_of(const std::byte* at) { return reinterpret_cast<std::uintptr_t>(at); }
    static os::Result<std::byte*> map(std::byte* at, Bytes size, const RangeContents& contents,
                                      int fixed = 0) {
        return os::map(at, size, contents.protection, contents.flags | fixed, contents.descriptor,
                       contents.offset);
    }
    // Linux before 4.17 takes the address for a wish.
    static bool map_where_free(std::byte* at, Bytes size, const RangeContents& contents) {
        const auto mapped = map(at, size, contents, MAP_FIXED_NOREPLACE);
        if (mapped && *mapped != at) std::ignore = os::unmap(*mapped, size);
        return mapped && *mapped == at;
    }

    static os::Result<AddressRange> where_the_last_was(Bytes size, Bytes alignment,
                                                       const RangeContents& contents) {
        const Place place = last_place(size, alignment);
        if (place.base != nullptr && map_where_free(place.base, size, contents))
            return AddressRange(place.base, size);
        place.give_up();
        return std::unexpected(os::Failure{EEXIST});
    }
    static os::Result<AddressRange> below_the_last(Bytes size, Bytes alignment,
                                                   const RangeContents& contents) {
        const Bytes guard = os::page_size(), room = size + guard;
        const std::uintptr_t end = lowest_.load(std::memory_order_relaxed);
        if (end <= room.count) return std::unexpected(os::Failure{EEXIST});
        auto* const base = reinterpret_cast<std::byte*>((end - room.count) &
                                                        ~std::uintptr_t{alignment.count - 1});
        if (base == nullptr || !map_where_free(base, size, contents))
            return std::unexpected(os::Failure{EEXIST});
        if (!map_where_free(base + size.count, guard, {})) {
            std::ignore = os::unmap(base, size);
            return std::unexpected(os::Failure{EEXIST});
        }
        lowest_.store(address_of(base), std::memory_order_relaxed);
        return AddressRange(base, size);
    }

    // A few places by their size, for a machine has several blocks; one of a size, for the others can be below it. Who comes
    // while another is here does without.
    static Place last_place(Bytes size, Bytes alignment) {
        Place found;
        if (busy_.test_and_set(std::memory_order_acquire)) return found;
        for (Place& place : last_)
            if (place.base != nullptr && place.size == size &&
                address_of(place.base) % alignment.count == 0) {
                found = std::exchange(place, {});
                break;
            }
        busy_.clear(std::memory_order_release);
        return found;
    }
    /// Whether the guard is to stay, and in `out` the place that has to make room for it.
    static bool remember(const Place& place, Place& out) {
        if (busy_.test_and_set(std::memory_order_acquire)) return false;
        Place* slot = &last_[oldest_ % last_.size()];
        bool known = false;
        for (Place& other : last_) {
            if (other.base == nullptr) slot = &other;
            known = known || (other.base != nullptr && other.size == place.size);
        }
        if (!known) {
            out = std::exchange(*slot, place);
            ++oldest_;
        }
        busy_.clear(std::memory_order_release);
        return !known;
    }
    // A call of its own: inlined, g++ 12 follows it into optionals that are empty, and warns. Who takes the place before it is
    // unmapped finds it taken, and does without.
    [[gnu::noinline]] static void give_back(std::byte* base, Bytes size) {
        lowest_.store(0, std::memory_order_relaxed);  // there is room above it now
        Place out;
        const bool stays = remember({base, size}, out);
        std::ignore = os::unmap(base, stays ? size : size + os::page_size());
        out.give_up();
    }

    inline static constinit std::atomic_flag busy_{};
    inline static constinit std::array<Place, 4> last_{};
    inline static constinit unsigned oldest_ = 0;
    inline static constinit std::atomic<std::uintptr_t> lowest_{
        0};  // of the range that came last; 0: one went

    std::byte* base_ = nullptr;
    Bytes size_{};
    bool owns_ = true;
};

}  // namespace wirewrap::hostmem
