// One address space of a machine: flat ranges, main RAM among them, each the visible part of its window. Whoever asks what
// is at an address asks here: loads, stores and fetches beside the fast path, spans and views, loaders and debuggers.
//
//     AddressSpace<Handheld> space(blocks, Handheld::ram.placement.windows(64_MiB), states);
//     space.load<std::uint32_t, std::endian::little, Access::load>(at(0x8000'0000));    // an Outcome
//     space.memory<Access::store>(at(0x8000'0000));                                     // host memory up to the next seam
//
//     addresses   [ main RAM  )[ uart )          [ rom     )[ main RAM again )
//     blocks      [ 0: main RAM .... )           [ 1: rom  )[ 0: main RAM ...
//
// It knows memory and where devices lie, not the devices: an access that meets one is the business of the machine, which
// asks for the range (`find`). Policies hear of nothing from here; who stores says what to do with what was stored.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <expected>
#include <span>

#include <wirewrap/address_space/flat_map.hpp>
#include <wirewrap/address_space/memory_piece.hpp>
#include <wirewrap/address_space/outcome.hpp>
#include <wirewrap/address_space/ram_ranges.hpp>
#include <wirewrap/base/bus.hpp>
#include <wirewrap/base/endian.hpp>
#include <wirewrap/board/block_list.hpp>
#include <wirewrap/board/layout.hpp>

namespace wirewrap {

template <class B, std::size_t Space = memory_space>
class AddressSpace {
    static constexpr auto& regions = board_regions<B>;
    static constexpr std::size_t region_count = regions.size();

public:
    using Blocks = std::array<std::span<std::byte>, block_count<B>>;
    static constexpr bool changes = FlatMap<B, Space>::changes;

    /// Nothing answers.
    AddressSpace() = default;
    /// `blocks`: host memory of each block, main RAM first. `placed`: the windows of main RAM.
    AddressSpace(const Blocks& blocks, const RamWindows& placed, const WindowStates<B>& states)
        : blocks_(blocks), ram_(placed) {
        for (std::size_t i = 0; i != region_count; ++i)
            if (regions[i].space == Space) shown_[i] = first_shown(i, states);
        follow(states);
        version_ = 0;
    }

    // ---- changes

    /// Windows are where `states` says from now on.
    void follow(const WindowStates<B>& states) {
        for (std::size_t i = 0; i != region_count; ++i)
            if (regions[i].space == Space && regions[i].kind == RegionKind::bank)
                shown_[i] = first_shown(i, states);
        if constexpr (changes) {
            map_.rebuild(states);
            ram_.rebuild(states);
        }
        ++version_;
    }
    /// Entry `i`, a device that is memory part of the time, is memory now, or a device.
    void read_as_memory(std::size_t i, bool is_memory) {
        for (std::size_t j = 0; j != region_count; ++j)
            if (regions[j].space == Space && source_regions<B>[j] == i)
                shown_[j] = is_memory ? blocks_[block_numbers<B>[i]].data() + regions[j].source_offset.count
                                      : nullptr;
        ++version_;
    }
    bool reads_as_memory(std::size_t i) const { return shown_[i] != nullptr; }

    /// Grows whenever an address comes to show something else.
    std::uint64_t version() const { return version_; }

    const Blocks& blocks() const { return blocks_; }

    // ---- what is at an address

    /// The range of the map, not main RAM's, that answers accesses of this kind; nullptr when none does.
    template <Access Kind>
    const FlatRange* find(GuestAddress address) const {
        return map_.template find<Kind>(address);
    }
    /// The ranges of main RAM, ascending in RAM and not in addresses.
    template <Access Kind>
    std::span<const FlatRange> ram_ranges() const {
        return ram_.template table<Kind>();
    }

    /// Host memory that an access of this kind meets, up to the end of the range; none where a device or nothing is.
    template <Access Kind>
    MemoryPiece memory(GuestAddress address) const {
        if (const FlatRange* ram = ram_.template find<Kind>(address)) return piece_of_ram(*ram, address);
        const FlatRange* const range = map_.template find<Kind>(address);
        if (range == nullptr) return {};
        // Stores are the device's, whatever loads see.
        if (Kind == Access::store && keeps_block(range->region)) return {};
        return piece_of(*range, address, shown_[range->region]);
    }
    /// Memory as a debugger sees it: what loads see, and what a device holds in its block whatever it is doing.
    MemoryPiece contents(GuestAddress address) const {
        if (const FlatRange* ram = ram_.template find<Access::load>(address))
            return piece_of_ram(*ram, address);
        const FlatRange* const range = map_.template find<Access::load>(address);
        if (range == nullptr) return {};
        const std::size_t source = source_regions<B>[range->region];
        std::byte* shown = shown_[range->region];
        if (shown == nullptr && source != main_ram_region && regions[source].keeps_block)
            shown = blocks_[block_numbers<B>[source]].data() + regions[range->region].source_offset.count;
        return piece_of(*range, address, shown);
    }

    // ---- accesses to memory

    /// A load or fetch that no device answers. `last`: what the bus moved last, for boards on which that is still there.
    template <AccessWord T, std::endian Order, Access Kind>
    Outcome load(GuestAddress address, std::uint64_t last = 0) const {
        const MemoryPiece piece = memory<Kind>(address);
        if (piece.holds(sizeof(T))) return {read_memory<T, Order>(piece.data), FaultReason::none};
        std::array<std::byte, sizeof(T)> bytes;
        for (std::size_t i = 0; i != sizeof(T); ++i) {
            const GuestAddress where = address + Bytes{i};
            if (where < address) return {0, FaultReason::straddles};
            if (const MemoryPiece next = memory<Kind>(where))
                bytes[i] = *next.data;
            else if (floats<Kind>(where))
                bytes[i] = floating(last, i);
            else
                return {0, i == 0 ? FaultReason::unmapped : FaultReason::straddles};
        }
        return {read_memory<T, Order>(bytes.data()), FaultReason::none};
    }

    /// A store that no device answers. All of it or nothing; `told(piece, width)` hears of each part in memory.
    template <AccessWord T, std::endian Order, class Told>
    FaultReason store(GuestAddress address, T value, Told told) {
        const MemoryPiece piece = memory<Access::store>(address);
        if (piece.holds(sizeof(T)) && piece.writable) {
            write_memory<T, Order>(piece.data, value);
            told(piece, sizeof(T));
            return FaultReason::none;
        }
        std::array<MemoryPiece, sizeof(T)>
            pieces;  // looked at first, so that a store that faults writes nothing
        for (std::size_t i = 0; i != sizeof(T); ++i) {
            const GuestAddress where = address + Bytes{i};
            if (where < address) return FaultReason::straddles;
            pieces[i] = memory<Access::store>(where);
            if (!pieces[i]) {
                if (!floats<Access::store>(where))
                    return i == 0 ? FaultReason::unmapped : FaultReason::straddles;
            } else if (!pieces[i].writable && !pieces[i].drops_stores) {
                return FaultReason::read_only;
            }
        }
        std::array<std::byte, sizeof(T)> bytes;
        write_memory<T, Order>(bytes.data(), value);
        for (std::size_t i = 0; i != sizeof(T); ++i)
            if (pieces[i].writable) {
                *pieces[i].data = bytes[i];
                told(pieces[i], 1);
            }
        return FaultReason::none;
    }

    // ---- memory in one piece, and looks without side effects

    /// [address, address + size) when all of it is memory that the guest reads and writes, in one piece; else none.
    MemoryPiece span(GuestAddress address, Bytes size) const {
        const MemoryPiece piece = memory<Access::store>(address);
        if (!piece.writable || !piece.holds(size.count)) return {};
        if constexpr (detail::views_differ(regions))
            if (const MemoryPiece seen = memory<Access::load>(address);
                seen.data != piece.data || !seen.holds(size.count))
                return {};
        return piece;
    }
    /// As a load sees it, of any kind of memory.
    std::span<const std::byte> view(GuestAddress address, Bytes size) const {
        const MemoryPiece piece = memory<Access::load>(address);
        if (!piece.holds(size.count)) return {};
        return piece.first(size.count);
    }

    /// How many bytes from `address` on are memory, over the borders of ranges; at most `most`.
    Bytes extent(GuestAddress address, Bytes most) const {
        return extent_of(address, most, [&](GuestAddress where) { return contents(where); });
    }
    /// The same of memory that takes stores, or lets them vanish.
    Bytes writable_extent(GuestAddress address, Bytes most) const {
        return extent_of(address, most, [&](GuestAddress where) {
            const MemoryPiece piece = memory<Access::store>(where);
            return piece.writable || piece.drops_stores ? piece : MemoryPiece{};
        });
    }
    /// Calls `part(piece, done)` for the pieces of [address, address + size), `done` bytes from its start, when all of it is
    /// memory as a debugger sees it; otherwise the fault names the first byte that is none.
    template <class Part>
    std::expected<void, BusFault> each_piece(GuestAddress address, std::size_t size, Access access,
                                             Part part) const {
        const Bytes there = extent(address, Bytes{size});
        if (there != Bytes{size})
            return std::unexpected(BusFault{address + there, 1, access, FaultReason::not_memory});
        for (std::size_t done = 0; done < size;) {  // `!=` makes g++ 14 see copies behind the end
            MemoryPiece piece = contents(address + Bytes{done});
            piece.size = std::min<std::uint64_t>(piece.size, size - done);
            part(piece, done);
            done += piece.size;
        }
        return {};
    }

    std::expected<void, BusFault> read(GuestAddress address, std::span<std::byte> to) const {
        return each_piece(address, to.size(), Access::load, [&](const MemoryPiece& piece, std::size_t done) {
            std::copy_n(piece.data, piece.size, to.data() + done);
        });
    }

private:
    template <class PieceAt>
    static Bytes extent_of(GuestAddress address, Bytes most, PieceAt piece_at) {
        Bytes done{};
        while (done < most) {
            const GuestAddress where = address + done;
            if (where < address) break;
            const MemoryPiece piece = piece_at(where);
            if (!piece) break;
            done += std::min(Bytes{piece.size}, most - done);
        }
        return done;
    }
    static constexpr bool writable(std::size_t i) {
        const std::size_t source = source_regions<B>[i];
        return source == main_ram_region || regions[source].kind == RegionKind::ram;
    }

    static constexpr bool keeps_block(std::size_t i) {
        const std::size_t source = source_regions<B>[i];
        return source != main_ram_region && regions[source].keeps_block;
    }

    MemoryPiece piece_of_ram(const FlatRange& range, GuestAddress address) const {
        const Bytes into = address - range.range.base, offset = range.offset + into;
        return {blocks_[0].data() + offset.count, (range.range.size - into).count, 0, offset, true};
    }
    MemoryPiece piece_of(const FlatRange& range, GuestAddress address, std::byte* shown) const {
        if (shown == nullptr) return {};
        const Region& region = regions[range.region];
        const Bytes in_range = address - range.range.base;
        std::uint64_t into = (range.offset + in_range).count, left = (range.range.size - in_range).count;
        if (const std::uint64_t period = region.period.count; period != 0) {
            into %= period;
            left = std::min(left, period - into);
        }
        const std::size_t source = source_regions<B>[range.region];
        const std::size_t block = source == main_ram_region ? 0 : block_numbers<B>[source];
        const auto offset = static_cast<std::uint64_t>(shown + into - blocks_[block].data());
        return {shown + into, left, block, {offset}, writable(range.region), region.drops_stores};
    }

    /// The first byte of memory that entry `i` shows after it was made; none for devices, which say when they are memory.
    std::byte* first_shown(std::size_t i, const WindowStates<B>& states) const {
        const Region& region = regions[i];
        const std::size_t source = source_regions<B>[i];
        if (source == main_ram_region) return blocks_[0].data() + region.source_offset.count;
        if (!regions[source].is_block()) return nullptr;
        std::byte* const first = blocks_[block_numbers<B>[source]].data() + region.source_offset.count;
        if (region.kind == RegionKind::bank) return first + states.pages()[i] * region.range.size.count;
        return first;
    }

    /// Nothing answers there, and that is no fault on this board.
    template <Access Kind>
    bool floats(GuestAddress address) const {
        if constexpr (board_unmapped<B>.faults()) return false;
        return ram_.template find<Kind>(address) == nullptr && map_.template find<Kind>(address) == nullptr;
    }
    static std::byte floating(std::uint64_t last, std::size_t lane) {
        if constexpr (board_unmapped<B>.kind == Unmapped::Kind::last)
            return static_cast<std::byte>(last >> 8 * lane);
        return std::byte{board_unmapped<B>.value};
    }

    Blocks blocks_{};
    RamRanges<B, Space> ram_;
    FlatMap<B, Space> map_;
    std::array<std::byte*, region_count>
        shown_{};  // the first byte of memory that each entry shows now, if any
    std::uint64_t version_ = 0;
};

}  // namespace wirewrap
