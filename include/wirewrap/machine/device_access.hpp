// One access of the bus to a device's registers, by the rules that the device and its map entry declare: width, alignment,
// offset; and what the entry does with an access that is wider than the device takes.
//
//     uart0, byte-wide, `.narrowed(4_B)`:   a store of 8 bytes at 0  ->  write<u8>(0, bits 0-7), write<u8>(4, bits 32-39)
//     ata0, 16 bits wide, `.split()`:       a load of 4 bytes at 0   ->  read<u16>(0) | read<u16>(2) << 16
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <type_traits>

#include <wirewrap/address_space/outcome.hpp>
#include <wirewrap/base/device.hpp>
#include <wirewrap/board/layout.hpp>
#include <wirewrap/board/region.hpp>
#include <wirewrap/board/traits.hpp>
#include <wirewrap/machine/device_at.hpp>

namespace wirewrap::detail {

template <AccessWord T, class D, class Bus>
[[gnu::always_inline]] inline Outcome read_register(D& device, std::uint64_t offset, Bus& bus) {
    const auto read = [&] {
        if constexpr (ReadsAlone<D, T>)
            return device.template read<T>(offset);
        else
            return device.template read<T>(offset, bus);
    };
    if constexpr (std::is_same_v<decltype(read()), T>) {
        return {read(), FaultReason::none};
    } else {
        const auto answer = read();
        if (!answer) return {0, FaultReason::refused};
        return {*answer, FaultReason::none};
    }
}

template <AccessWord T, class D, class Bus>
[[gnu::always_inline]] inline Outcome write_register(D& device, std::uint64_t offset, T value, Bus& bus) {
    const auto write = [&] {
        if constexpr (WritesAlone<D, T>)
            return device.template write<T>(offset, value);
        else
            return device.template write<T>(offset, value, bus);
    };
    if constexpr (std::is_same_v<decltype(write()), void>)
        write();
    else if (!write())
        return {0, FaultReason::refused};
    return {};
}

/// The widest access of fewer than `width` bytes that a device takes; 0: none.
template <class D>
constexpr std::size_t narrower_width(std::size_t width) {
    std::size_t widest = 0;
    for (const std::size_t w : D::access.widths)
        if (w < width && w > widest && Bytes{w} <= Bytes{D::registers}) widest = w;
    return widest;
}

template <std::size_t Width>
using WordOf =
    std::conditional_t<Width == 1, std::uint8_t,
                       std::conditional_t<Width == 2, std::uint16_t,
                                          std::conditional_t<Width == 4, std::uint32_t, std::uint64_t>>>;

/// `Parts` accesses of a Part each, `Stride` bytes apart, in the place of one of a T. All of them are inside the registers.
template <class Part, std::size_t Parts, std::size_t Stride, std::endian Order, AccessWord T, Access Kind,
          class D, class Bus>
Outcome access_in_parts(D& device, std::uint64_t offset, T value, Bus& bus) {
    Outcome whole;
    for (std::size_t i = 0; i != Parts; ++i) {
        const std::size_t shift = 8 * Stride * (Order == std::endian::little ? i : Parts - 1 - i);
        Outcome part;
        if constexpr (Kind == Access::store)
            part = write_register<Part>(device, offset + i * Stride, static_cast<Part>(value >> shift), bus);
        else
            part = read_register<Part>(device, offset + i * Stride, bus);
        if (part.reason != FaultReason::none) return part;
        if (shift < 8 * sizeof(T)) whole.value |= part.value << shift;
    }
    return whole;
}

/// An access that the device does not take in one.
template <class B, std::size_t I, std::endian Order, AccessWord T, Access Kind, class D, class Bus>
Outcome access_wide(D& device, std::uint64_t offset, T value, Bus& bus) {
    constexpr const Region& entry = board_regions<B>[I];
    constexpr std::size_t width = narrower_width<D>(sizeof(T));
    if constexpr (entry.wide == WideAccess::fault || width == 0) {
        return {0, FaultReason::width};
    } else {
        constexpr bool split = entry.wide == WideAccess::split;
        constexpr std::size_t stride = split                               ? width
                                       : sizeof(T) < entry.bus_width.count ? sizeof(T)
                                                                           : entry.bus_width.count;
        constexpr std::size_t parts = sizeof(T) / stride;
        constexpr std::uint64_t registers = Bytes{D::registers}.count, reach = (parts - 1) * stride + width;
        if (registers < reach || offset > registers - reach) return {0, FaultReason::unmapped};
        if (D::access.aligned && offset % sizeof(T) != 0) return {0, FaultReason::misaligned};
        return access_in_parts<WordOf<width>, parts, stride, Order, T, Kind>(device, offset, value, bus);
    }
}

/// An access of a T at `offset` bytes into the registers of `device`, map entry I of board B.
template <class B, std::size_t I, std::endian Order, AccessWord T, Access Kind, class D, class Bus>
[[gnu::always_inline]] inline Outcome access_registers(D& device, std::uint64_t offset, T value, Bus& bus) {
    constexpr std::uint64_t registers = Bytes{D::registers}.count;
    if constexpr (board_regions<B>[I].period != Bytes{}) offset %= registers;
    if constexpr (!D::access.allows(sizeof(T)) || registers < sizeof(T)) {
        return access_wide<B, I, Order, T, Kind>(device, offset, value, bus);
    } else {
        if (offset > registers - sizeof(T)) [[unlikely]]
            return {0, FaultReason::unmapped};
        if (D::access.aligned && offset % sizeof(T) != 0) [[unlikely]]
            return {0, FaultReason::misaligned};
        if constexpr (Kind == Access::store)
            return write_register<T>(device, offset, value, bus);
        else
            return read_register<T>(device, offset, bus);
    }
}

/// The device of entry `I` takes accesses of this width, in one or as its entry says.
template <class B, std::size_t I, class T>
constexpr bool takes_in_one = DeviceAt<B, I>::access.allows(sizeof(T)) &&
                              Bytes{DeviceAt<B, I>::registers} >= Bytes{sizeof(T)};
template <class B, std::size_t I, class T>
constexpr bool takes = [] {
    if (takes_in_one<B, I, T>) return true;
    return board_regions<B>[I].wide != WideAccess::fault && narrower_width<DeviceAt<B, I>>(sizeof(T)) != 0;
}();

/// All registers of a device lie in sight from the start of a range, and it takes the width: what nearly every access to a
/// device meets.
template <class B, FlatRange Range, class T, Access Kind>
constexpr bool plain_registers = [] {
    constexpr std::size_t I = Range.region;
    using D = DeviceAt<B, I>;
    if constexpr (Kind == Access::fetch || board_regions<B>[I].kind != RegionKind::device || ReadsAsMemory<D>)
        return false;
    else
        return Range.offset == Bytes{} && board_regions<B>[I].period == Bytes{} &&
               Range.range.size >= Bytes{D::registers} && takes_in_one<B, I, T>;
}();
/// One comparison for both ends where the access has to be aligned: turned right, what is unaligned becomes large.
template <class D, class T>
[[gnu::always_inline]] inline bool inside_registers(std::uint64_t into) {
    constexpr std::uint64_t registers = Bytes{D::registers}.count;
    if constexpr (D::access.aligned)
        return std::rotr(into, std::countr_zero(sizeof(T))) < registers / sizeof(T);
    else
        return into <= registers - sizeof(T);
}

}  // namespace wirewrap::detail
