// Main RAM as a machine sees it: one host memory and its windows. The first window is the one that programs live in; an
// access to it is a subtraction, a comparison and the access itself, and what the board or the backend says in its type
// is an immediate in them.
//
//     offset = address - base;                   // base: immediate when the placement is `FixedBase`
//     if (offset <= size - sizeof(T))            // size: immediate when the backend has one, as Fixed<N>
//         … memory + offset …                    // exact at the edge: an access may not end outside
//
// On a board whose RAM may be split at a hole the numbers of the window, of two, are looked up first; further ones are where the
// slow path ends.
#pragma once

#include <array>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <type_traits>
#include <utility>

#include <wirewrap/base/address.hpp>
#include <wirewrap/base/bus.hpp>
#include <wirewrap/base/bytes.hpp>
#include <wirewrap/board/layout.hpp>
#include <wirewrap/board/traits.hpp>
#include <wirewrap/hostmem/backend.hpp>
#include <wirewrap/machine/owned.hpp>

namespace wirewrap {

template <class B, hostmem::Backend Backend>
class MainRam {
    static constexpr bool has_overlay = [] {
        for (const Region& region : board_regions<B>)
            if (region.overlay) return true;
        return false;
    }();
    using Placed = std::remove_cvref_t<decltype(B::ram.placement)>;
    static constexpr bool may_be_absent = B::ram.default_size == Bytes{} ||
                                          std::same_as<Placed, placement::Nowhere>;

public:
    using Windows = decltype(visible_ram<B>(RamWindows{}));

    /// `size` bytes of RAM at the start of the host memory, which may be longer to end with a page. A board that may be
    /// without RAM has neither.
    MainRam(Bytes size, std::optional<hostmem::HostMemory<Backend>>&& memory)
        : memory_(std::move(memory)), size_(size) {
        if (memory_) windows_ = visible_ram<B>(B::ram.placement.windows(size));
        if constexpr (may_be_split)
            if (memory_) near_ = Near(windows_, memory_->data());
    }

    MainRam(MainRam&& other) noexcept
        : memory_(std::move(other.memory_)), size_(std::exchange(other.size_, Bytes{})),
          windows_(std::exchange(other.windows_, Windows{})), near_(std::exchange(other.near_, {})) {}
    MainRam& operator=(MainRam&& other) noexcept {
        memory_ = std::move(other.memory_);
        size_ = std::exchange(other.size_, Bytes{});
        windows_ = std::exchange(other.windows_, Windows{});
        near_ = std::exchange(other.near_, {});
        return *this;
    }

    std::optional<hostmem::HostMemory<Backend>>& memory() { return memory_.get(); }
    const std::optional<hostmem::HostMemory<Backend>>& memory() const { return memory_.get(); }
    std::span<std::byte> span() const {
        return memory_ ? memory_->span().first(size_.count) : std::span<std::byte>{};
    }
    Bytes size() const { return size_; }
    const Windows& windows() const { return windows_; }

    /// How far `address` lies into the first window, when `width` bytes from there are inside it.
    [[gnu::always_inline]] bool in_first_window(GuestAddress address, std::size_t width,
                                                Bytes& offset) const {
        offset = address - first_base();
        if constexpr (may_be_absent || has_overlay)
            if (first_size().count < width) return false;
        return offset.count <= first_size().count - width;
    }
    /// Host memory behind an offset in the first window.
    [[gnu::always_inline]] std::byte* first_window(Bytes offset) const {
        return memory_->data() + first_offset().count + offset.count;
    }

    /// The first window, for those who access it without asking each time.
    [[gnu::always_inline]] DirectWindow direct_window() const {
        if (!memory_) return {};
        if constexpr (may_be_absent || has_overlay)
            if (first_size() == Bytes{}) return {};
        return {first_base(), first_size(), first_window(Bytes{0})};
    }

    /// False when the type says that there is one window at most, and nobody need look for another.
    static constexpr bool may_be_split = [] {
        if constexpr (has_overlay)
            return true;
        else if constexpr (Backend::size)
            return visible_ram<B>(B::ram.placement.windows(*Backend::size)).size() > 1;
        else
            return !std::same_as<Placed, placement::At> && !std::same_as<Placed, placement::Nowhere>;
    }();
    /// Where an access goes in: an offset into the only window, or host memory in one of two. Compilers make the shortest
    /// code of either.
    using Place = std::conditional_t<may_be_split, std::byte*, Bytes>;
    /// The place of `width` bytes at `address`, in the windows that are looked at first; false for bytes across a border.
    [[gnu::always_inline]] bool finds(GuestAddress address, std::size_t width, Place& place) const {
        if constexpr (may_be_split)
            return in_either_window(address, width, place);
        else
            return in_first_window(address, width, place);
    }
    [[gnu::always_inline]] std::byte* bytes(Place place) const {
        if constexpr (may_be_split)
            return place;
        else
            return first_window(place);
    }
    [[gnu::always_inline]] Bytes block_offset(Place place) const {
        if constexpr (may_be_split)
            return Bytes{static_cast<std::uint64_t>(place - memory_->data())};
        else
            return first_offset() + place;
    }

private:
    // Nobody can foresee which of the two windows an address means, so it is looked up and not jumped to.
    [[gnu::always_inline]] bool in_either_window(GuestAddress address, std::size_t width,
                                                 std::byte*& bytes) const {
        const auto& window = near_.windows[address >= near_.border];
        const Bytes into = address - window.base;
        // A number, for it may be an address outside of the window.
        bytes = reinterpret_cast<std::byte*>(reinterpret_cast<std::uintptr_t>(window.bytes) + into.count);
        if constexpr (may_be_absent || has_overlay)
            if (window.size.count < width) return false;
        return into.count <= window.size.count - width;
    }

    // An overlay can lie over the start of the RAM, so only a board without any has its first window where it says.
    static constexpr bool base_known = FixedBase<decltype(B::ram.placement)> && !has_overlay;

    constexpr GuestAddress first_base() const {
        if constexpr (base_known)
            return B::ram.placement.base();
        else if constexpr (Backend::size)
            return constant_window.base;
        else
            return windows_[0].base;
    }
    constexpr Bytes first_size() const {
        // A machine that was asked for no RAM has none, whatever size its backend would have.
        if constexpr (Backend::size && !may_be_absent)
            return constant_window.size;
        else
            return windows_[0].size;
    }
    constexpr Bytes first_offset() const {
        if constexpr (base_known)
            return Bytes{0};
        else if constexpr (Backend::size)
            return constant_window.offset;
        else
            return windows_[0].offset;
    }

    static constexpr RamWindow constant_window = [] {
        if constexpr (Backend::size)
            return visible_ram<B>(B::ram.placement.windows(*Backend::size))[0];
        else
            return RamWindow{};
    }();

    detail::Owned<hostmem::HostMemory<Backend>> memory_;
    Bytes size_;
    Windows windows_;
    // The first two windows, the lower one first; where there is one only, it twice.
    struct Near {
        struct alignas(32) Window {  // a power of two, by which its number is multiplied
            GuestAddress base{};
            Bytes size{};
            std::byte* bytes = nullptr;
        };
        Near() = default;
        Near(const Windows& all, std::byte* block) {
            const bool both = all.size() > 1, swapped = both && all[1].base < all[0].base;
            for (std::size_t i = 0; i != 2; ++i) {
                const RamWindow& window = all[both && swapped != (i == 1)];
                windows[i] = {window.base, window.size, block + window.offset.count};
            }
            border = windows[1].base;
        }
        std::array<Window, 2> windows{};
        GuestAddress border{};  // the second one begins
    };
    struct Nothing {};
    [[no_unique_address]] std::conditional_t<may_be_split, Near, Nothing> near_;
};

}  // namespace wirewrap
