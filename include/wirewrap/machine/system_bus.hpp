// What a machine's accesses go through: main RAM in line, and the slow path for everything else.
//
//     read(a) ── first window of main RAM? ──yes──> memcpy                         inline, a handful of instructions
//                        │no
//                        └──> slow_path.hpp                                        out of line
//
// It owns what an access needs: RAM, blocks, and with the slow path devices, policies and address spaces.
#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <expected>
#include <optional>
#include <span>
#include <utility>

#include <wirewrap/base/bus.hpp>
#include <wirewrap/base/static_vector.hpp>
#include <wirewrap/machine/blocks.hpp>
#include <wirewrap/machine/main_ram.hpp>
#include <wirewrap/machine/slow_path.hpp>

namespace wirewrap {

namespace detail {
/// A base, so that main RAM stands first in a machine: its accesses have short displacements, the same with any policy.
template <class B, class Backend>
struct HoldsRam {
    MainRam<B, Backend> ram_;
};
}  // namespace detail

template <class B, hostmem::Backend Backend, class... Ps>
class SystemBus : private detail::HoldsRam<B, Backend>, public SlowPath<B, Ps...> {
    using detail::HoldsRam<B, Backend>::ram_;
    using Base = SlowPath<B, Ps...>;
    using Base::moved, Base::policies_;
    static constexpr std::size_t region_count = board_regions<B>.size();

public:
    SystemBus(Bytes ram_size, std::optional<hostmem::HostMemory<Backend>>&& memory,
              Blocks<B, Backend>&& blocks)
        : detail::HoldsRam<B, Backend>{{ram_size, std::move(memory)}},
          Base(spans(ram_, blocks), ram_size == Bytes{} ? RamWindows{} : B::ram.placement.windows(ram_size)),
          blocks_(std::move(blocks)) {
        this->connect();
    }
    SystemBus(SystemBus&&) noexcept = default;
    SystemBus& operator=(SystemBus&&) noexcept = default;

    // Main RAM first. It is probable, but not `[[likely]]`: what lies beside that counts as cold, and firmware that drives
    // devices lives there.
    template <AccessWord T, std::endian Order, Access Kind>
    [[gnu::always_inline]] Loaded<T> read(GuestAddress address) {
        typename MainRam<B, Backend>::Place place;
        if (__builtin_expect_with_probability(ram_.finds(address, sizeof(T), place), true, 0.9)) {
            const T value = read_memory<T, Order>(ram_.bytes(place));
            this->template moved<Order>(value);
            policies_.accessed(Kind, address, sizeof(T));
            return value;
        }
        const Outcome outcome = this->template read_slow<memory_space, T, Order, Kind>(address);
        if (outcome.reason == FaultReason::none) [[likely]]
            return static_cast<T>(outcome.value);
        return std::unexpected(BusFault{address, sizeof(T), Kind, outcome.reason});
    }

    template <AccessWord T, std::endian Order>
    [[gnu::always_inline]] Stored store(GuestAddress address, T value) {
        typename MainRam<B, Backend>::Place place;
        if (__builtin_expect_with_probability(ram_.finds(address, sizeof(T), place), true, 0.9)) {
            write_memory<T, Order>(ram_.bytes(place), value);
            this->template moved<Order>(value);
            policies_.ram_stored(ram_.block_offset(place), sizeof(T));
            policies_.accessed(Access::store, address, sizeof(T));
            return {};
        }
        const FaultReason reason = this->template store_slow<memory_space, T, Order>(address, value);
        if (reason == FaultReason::none) [[likely]]
            return {};
        return std::unexpected(BusFault{address, sizeof(T), Access::store, reason});
    }

    std::byte* atomic_word(GuestAddress address, std::size_t width) {
        const MemoryPiece piece = this->space().span(address, Bytes{width});
        if (!piece) return nullptr;
        this->stored(piece, width);
        policies_.accessed(Access::store, address, width);
        return piece.data;
    }

    // ---- blocks

    /// Main RAM first, then those of the map in its order.
    StaticVector<MemoryBlock, block_count<B>> memory_blocks() const {
        StaticVector<MemoryBlock, block_count<B>> result;
        if (ram_.size() != Bytes{}) result.push_back({B::ram.id, ram_.span(), true});
        for (std::size_t i = 0; i != region_count; ++i)
            if (const std::span<std::byte> bytes = blocks_.bytes(i); !bytes.empty())
                result.push_back(
                    {board_regions<B>[i].name, bytes, board_regions<B>[i].kind != RegionKind::rom});
        return result;
    }
    /// Gives out the first `size` bytes of a piece, as memory that may be stored to until it is given back.
    std::span<std::byte> lend(const MemoryPiece& piece, GuestAddress address, Bytes size) {
        if (!piece.holds(size.count) || size == Bytes{}) return {};
        this->stored(piece, size.count);
        policies_.spanned(address, size);
        policies_.lent(piece.block, piece.offset, size);
        return piece.first(size.count);
    }
    void give_back(std::span<const std::byte> span) {
        const auto among = [&](std::size_t block, std::span<const std::byte> bytes) {
            // Addresses of one array only can be compared; as numbers, all can.
            const auto first = reinterpret_cast<std::uintptr_t>(bytes.data());
            const std::uintptr_t into = reinterpret_cast<std::uintptr_t>(span.data()) - first;
            if (span.empty() || into >= bytes.size() || span.size() > bytes.size() - into) return;
            policies_.given_back(block, Bytes{into}, Bytes{span.size()});
        };
        among(0, ram_.span());
        for (std::size_t i = 0; i != region_count; ++i)
            if (block_numbers<B>[i] != 0) among(block_numbers<B>[i], blocks_.bytes(i));
    }
    /// Tells the policies of the blocks, once.
    Expected<void> attach_policies() {
        if constexpr (sizeof...(Ps) == 0) {
            return {};
        } else {
            std::array<Bytes, block_count<B>> sizes{ram_.size()};
            std::size_t count = 1;
            for (std::size_t i = 0; i != region_count; ++i)
                if (const std::size_t size = blocks_.bytes(i).size(); size != 0) sizes[count++] = Bytes{size};
            auto attached = policies_.attach(std::span(sizes).first(count));
            if (!attached) return fail(board_name<B>, ": ", attached.error().message);
            return attached;
        }
    }

    MainRam<B, Backend>& ram() { return ram_; }
    const MainRam<B, Backend>& ram() const { return ram_; }
    const Blocks<B, Backend>& blocks() const { return blocks_; }

private:
    static typename AddressSpace<B>::Blocks spans(const MainRam<B, Backend>& ram,
                                                  const Blocks<B, Backend>& blocks) {
        typename AddressSpace<B>::Blocks spans;
        spans[0] = ram.span();
        for (std::size_t i = 0; i != region_count; ++i)
            if (board_regions<B>[i].has_block()) spans[block_numbers<B>[i]] = blocks.bytes(i);
        return spans;
    }

    Blocks<B, Backend> blocks_;
};

}  // namespace wirewrap
