// The way of an access that the first windows of main RAM do not answer, out of line: to the device whose registers lie
// there, found by halving the map, each step a comparison with a constant, or in a long map by a guess (range_guess.hpp); or
// to memory, by the address space.
//
//     address ── flat view ── device ──> read<T> / write<T> ──> everything that hangs on the device (wired_devices.hpp)
//                    │ memory, or nothing
//                    v
//            AddressSpace::load / store
#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <expected>
#include <span>
#include <utility>

#include <wirewrap/address_space/address_space.hpp>
#include <wirewrap/base/bus.hpp>
#include <wirewrap/machine/blocks.hpp>
#include <wirewrap/machine/bulk_access.hpp>
#include <wirewrap/machine/device_access.hpp>
#include <wirewrap/machine/device_rows.hpp>
#include <wirewrap/machine/range_guess.hpp>

namespace wirewrap {

template <class B, class... Ps>
class SlowPath : public BulkAccess<SlowPath<B, Ps...>, B, Ps...> {
    using Base = BulkAccess<SlowPath, B, Ps...>;

protected:
    /// The board reads where nothing answers what was moved last.
    static constexpr bool keeps_last = board_unmapped<B>.kind == Unmapped::Kind::last;
    using Base::Base;
    using Base::busy_, Base::devices_, Base::policies_, Base::space_;

public:
    using Base::stored;
    static constexpr std::endian byte_order = board_byte_order<B>;

    // Neither always inline nor never: where devices are few, compilers put the way to them into a loop that drives one, which
    // makes it as fast as a switch by hand; where they are many, it is a call.
    template <std::size_t Space, AccessWord T, std::endian Order, Access Kind>
    Outcome read_slow(GuestAddress address) {
        const Outcome outcome = dispatch<Space, T, Order, Kind>(address, T{});
        if constexpr (keeps_last)
            if (outcome.reason == FaultReason::none) moved<Order>(static_cast<T>(outcome.value));
        return outcome;
    }
    template <std::size_t Space, AccessWord T, std::endian Order>
    FaultReason store_slow(GuestAddress address, T value) {
        const FaultReason reason = dispatch<Space, T, Order, Access::store>(address, value).reason;
        if constexpr (keeps_last)
            if (reason == FaultReason::none) moved<Order>(value);
        return reason;
    }

protected:
    /// On boards where the last bytes stay on the bus: in every lane, the one of the lowest address first.
    template <std::endian Order, AccessWord T>
    [[gnu::always_inline]] void moved(T value) {
        if constexpr (keeps_last)
            devices_.set_last_moved((Order == std::endian::big ? swap_bytes(value) : value) *
                                    (~std::uint64_t{0} / static_cast<T>(~T{0})));
    }

    /// The flat view in one direction and one space: where it is a constant, by halving it, or where it is long, by a guess.
    template <std::size_t Space, class T, std::endian Order, Access Kind>
    [[gnu::always_inline]] Outcome dispatch(GuestAddress address, T value) {
        constexpr std::size_t count = detail::device_rows<B, Kind, Space>.size();
        if constexpr (AddressSpace<B, Space>::changes)
            return dispatch_found<Space, T, Order, Kind>(address, value);
        else if constexpr (count < many || Kind == Access::fetch)
            return halve<Space, 0, count, T, Order, Kind>(address, value);
        else
            return way<Space, T, Order, Kind>(guesses<Kind, Space>(address))(*this, address, value);
    }

    template <Access Kind, std::size_t Space, std::size_t N>
    using Row = detail::RowOf<B, detail::view_kind<B>(Kind), Space, N>;

    /// From so many rows on a processor foresees one jump to a guess rather than the jumps of a search.
    static constexpr std::size_t many = 16;
    template <Access Kind, std::size_t Space>
    static constexpr auto guesses =
        detail::RangeGuesses<std::bit_ceil(4 * flat_view<B, Kind, Space>.size())>::of(
            flat_view<B, Kind, Space>);

    template <class T>
    using Way = Outcome (*)(SlowPath&, GuestAddress, T);
    template <std::size_t Space, class T, std::endian Order, Access Kind>
    [[gnu::always_inline]] static Way<T> way(std::size_t range) {
        return [&]<std::size_t... R>(std::index_sequence<R...>) __attribute__((always_inline)) {
            static constexpr Way<T> ways[] = {
                &SlowPath::template enter<Row<Kind, Space, row_of<Kind, Space>[R]>, Space, T, Order,
                                          Kind>...};
            return ways[range];
        }(std::make_index_sequence<flat_view<B, Kind, Space>.size()>{});
    }
    /// The row of each range.
    template <Access Kind, std::size_t Space>
    static constexpr auto row_of = [] {
        std::array<std::size_t, flat_view<B, Kind, Space>.size()> numbers{};
        std::size_t range = 0;
        for (std::size_t n = 0; n != detail::device_rows<B, Kind, Space>.size(); ++n)
            for (std::size_t k = 0; k != detail::device_rows<B, Kind, Space>[n].count; ++k)
                numbers[range++] = n;
        return numbers;
    }();
    /// The way into a row; where the address is not there, to the range where it is.
    template <class R, std::size_t Space, class T, std::endian Order, Access Kind>
    static Outcome enter(SlowPath& bus, GuestAddress address, T value) {
        return bus.access_row<R, Space, T, Order, Kind>(address, value, [&]() __attribute__((always_inline)) {
            return bus.search<Space, T, Order, Kind>(address, value);
        });
    }
    template <std::size_t Space, class T, std::endian Order, Access Kind>
    [[gnu::noinline]] Outcome search(GuestAddress address, T value) {
        constexpr auto& view = flat_view<B, Kind, Space>;
        const FlatRange* const found = detail::find_range(view, address);
        if (found == nullptr) return access_memory<Space, T, Order, Kind>(address, value);
        return way<Space, T, Order, Kind>(static_cast<std::size_t>(found - view.data()))(*this, address,
                                                                                         value);
    }
    template <std::size_t Space, std::size_t First, std::size_t End, class T, std::endian Order, Access Kind>
    [[gnu::always_inline]] Outcome halve(GuestAddress address, T value) {
        if constexpr (End - First > 1) {
            constexpr std::size_t middle = First + (End - First) / 2;
            // Numbers: with dozens of ranges compilers stop inlining comparisons of addresses.
            constexpr std::uint64_t border = Row<Kind, Space, middle>::range.range.base.value;
            if (address.value < border) return halve<Space, First, middle, T, Order, Kind>(address, value);
            return halve<Space, middle, End, T, Order, Kind>(address, value);
        } else if constexpr (First != End) {
            return access_row<Row<Kind, Space, First>, Space, T, Order, Kind>(
                address, value, [&]() __attribute__((always_inline)) {
                    return access_memory<Space, T, Order, Kind>(address, value);
                });
        } else {
            return access_memory<Space, T, Order, Kind>(address, value);
        }
    }
    /// An access in row R, or `elsewhere()`.
    template <class R, std::size_t Space, class T, std::endian Order, Access Kind, class Elsewhere>
    [[gnu::always_inline]] Outcome access_row(GuestAddress address, T value, Elsewhere elsewhere) {
        constexpr std::uint64_t size = R::range.range.size.count;
        const std::uint64_t from = address.value - R::range.range.base.value;
        if constexpr (!is_device<R::entry>) {
            if (from < size) return access_memory<Space, T, Order, Kind>(address, value);
        } else {
            const std::uint64_t k = R::count == 1 ? 0 : from / R::stride;
            const std::uint64_t into = from - k * R::stride;
            if (k < R::count) {
                if constexpr (detail::plain_registers<B, R::range, T, Kind>)
                    if (detail::inside_registers<detail::DeviceAt<B, R::entry>, T>(into)) [[likely]] {
                        const Outcome outcome = access_registers<R, T, Order, Kind, true>(k, into, value);
                        if (outcome.reason == FaultReason::none) policies_.accessed(Kind, address, sizeof(T));
                        return outcome;
                    }
                if (into < size) return access_window<R, Space, T, Order, Kind>(address, k, into, value);
            }
        }
        return elsewhere();
    }
    /// What is odd in a device's window: past its registers, unaligned, cut short, or by way of a mirror.
    template <class R, std::size_t Space, class T, std::endian Order, Access Kind>
    [[gnu::noinline]] Outcome access_window(GuestAddress address, std::size_t k, std::uint64_t into,
                                            T value) {
        return access_device<R, Space, T, Order, Kind>(address, k, R::range.offset.count + into,
                                                       R::range.range.size.count - into, value);
    }

    /// Where windows open and move: the range is looked up, and the entry's number leads to the device.
    template <std::size_t Space, class T, std::endian Order, Access Kind>
    Outcome dispatch_found(GuestAddress address, T value) {
        const FlatRange* const range = this->template space_of<Space>().template find<Kind>(address);
        if (range == nullptr) return access_memory<Space, T, Order, Kind>(address, value);
        const Bytes into = address - range->range.base;
        // The access may move windows, and then the table holds other ranges.
        const std::uint64_t offset = (range->offset + into).count;
        const std::uint64_t left = (range->range.size - into).count;
        return by_entry<Space, T, Order, Kind>(range->region, address, offset, left, value,
                                               std::make_index_sequence<board_regions<B>.size()>{});
    }
    template <std::size_t Space, class T, std::endian Order, Access Kind, std::size_t... I>
    Outcome by_entry(std::size_t entry, GuestAddress address, std::uint64_t offset, std::uint64_t left,
                     T value, std::index_sequence<I...>) {
        using Way = Outcome (*)(SlowPath&, GuestAddress, std::uint64_t, std::uint64_t, T);
        static constexpr Way ways[] = {[] -> Way {
            if constexpr (is_device<I> && board_regions<B>[I].space == Space)
                return [](SlowPath& bus, GuestAddress where, std::uint64_t from, std::uint64_t rest, T what) {
                    return bus.access_device<detail::SoleEntry<I>, Space, T, Order, Kind>(where, 0, from,
                                                                                          rest, what);
                };
            else
                return nullptr;
        }()...};
        if (entry < sizeof...(I))  // main RAM has a number beyond
            if (const Way way = ways[entry]; way != nullptr) return way(*this, address, offset, left, value);
        return access_memory<Space, T, Order, Kind>(address, value);
    }

    /// The device whose registers entry `I` shows: its own, or those that a mirror names.
    template <std::size_t I>
    static constexpr std::size_t device_of = source_regions<B>[I];
    template <std::size_t I>
    static constexpr bool is_device = [] {
        constexpr std::size_t source = source_regions<B>[I];
        return source != main_ram_region && board_regions<B>[source].kind == RegionKind::device;
    }();

    /// `offset` bytes into the window of device `k` of a row, of which `left` bytes go on.
    template <class R, std::size_t Space, class T, std::endian Order, Access Kind>
    [[gnu::always_inline]] Outcome access_device(GuestAddress address, std::size_t k, std::uint64_t offset,
                                                 std::uint64_t left, T value) {
        constexpr std::size_t I = R::entry, Target = device_of<I>;
        constexpr const Region& entry = board_regions<B>[I];
        using D = detail::DeviceAt<B, Target>;
        if constexpr (ReadsAsMemory<D> && Kind != Access::store)
            if (this->template space_of<Space>().reads_as_memory(I))
                return access_memory<Space, T, Order, Kind>(address, value);
        if constexpr (Kind == Access::fetch) {
            return {0, FaultReason::not_executable};
        } else {
            if constexpr (I != Target && entry.period != Bytes{}) {
                // Behind one showing begins the next, from its first register on.
                offset %= entry.period.count;
                left = left < entry.period.count - offset ? left : entry.period.count - offset;
            }
            if (left < sizeof(T)) [[unlikely]]
                return {0, detail::takes<B, Target, T> ? FaultReason::straddles : FaultReason::width};
            if constexpr (I != Target) offset += entry.source_offset.count;
            using Shown = std::conditional_t<I == Target, R, detail::SoleEntry<Target>>;
            const Outcome outcome = access_registers<Shown, T, Order, Kind>(k, offset, value);
            if (outcome.reason == FaultReason::none) [[likely]]
                policies_.accessed(Kind, address, sizeof(T));
            return outcome;
        }
    }

    /// Registers have the byte order of the bus: the device sees values, not bytes. `Inside`: the checks are done.
    template <class R, class T, std::endian Order, Access Kind, bool Inside = false>
    [[gnu::always_inline]] Outcome access_registers(std::size_t k, std::uint64_t offset, T value) {
        constexpr std::size_t I = R::entry;
        using D = detail::DeviceAt<B, I>;
        if constexpr (Order != byte_order) value = swap_bytes(value);
        Base::template before<I>();
        BusForDevice<SlowPath> bus(*this);
        constexpr bool masters = detail::takes_bus<D>;
        if constexpr (masters)
            if (busy_[I]) return {0, FaultReason::refused};
        auto& device = devices_.template alike<I>(k);
        Outcome outcome;
        {
            const std::conditional_t<masters, detail::Busy, detail::NeverBusy> busy(busy_[I]);
            if constexpr (!Inside)
                outcome = detail::access_registers<B, I, byte_order, T, Kind>(device, offset, value, bus);
            else if constexpr (Kind == Access::store)
                outcome = detail::write_register<T>(device, offset, value, bus);
            else
                outcome = detail::read_register<T>(device, offset, bus);
        }
        if constexpr (Order != byte_order) outcome.value = swap_bytes(static_cast<T>(outcome.value));
        Base::template after_row<R, Kind>(k);
        return outcome;
    }

    /// What is no device: memory, or nothing. A function of its own, so that the way to a device keeps no registers for it.
    template <std::size_t Space, AccessWord T, std::endian Order, Access Kind>
    [[gnu::noinline]] Outcome access_memory(GuestAddress address, T value) {
        Outcome outcome;
        if constexpr (Kind == Access::store)
            outcome.reason = this->template space_of<Space>().template store<T, Order>(
                address, value, [&](const MemoryPiece& piece, std::size_t width) { stored(piece, width); });
        else
            outcome = this->template space_of<Space>().template load<T, Order, Kind>(address,
                                                                                     devices_.last_moved());
        if (outcome.reason == FaultReason::none) policies_.accessed(Kind, address, sizeof(T));
        return outcome;
    }
};

}  // namespace wirewrap
