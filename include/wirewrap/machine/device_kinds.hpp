// The devices of a board by their types. Those of one type lie in one array, by their addresses, so that a number finds
// each of them; and what hangs on a device, beside its wires, is known from its type and its entry.
//
//     memory_map(device<"uart0", Uart>(…), device<"timer", Timer>(…), device<"uart1", Uart>(…))
//
//     kind 0: Uart[2]    uart0, uart1
//     kind 1: Timer[1]   timer
#pragma once

#include <array>
#include <cstddef>
#include <type_traits>
#include <utility>
#include <vector>

#include <wirewrap/base/device.hpp>
#include <wirewrap/base/device_bus.hpp>
#include <wirewrap/base/sort.hpp>
#include <wirewrap/board/hana.hpp>
#include <wirewrap/board/traits.hpp>
#include <wirewrap/machine/device_at.hpp>
#include <wirewrap/machine/window_wires.hpp>

namespace wirewrap::detail {

/// Its address stands for the type, in comparisons of numbers.
template <class D>
inline constexpr char kind_mark = 0;

template <std::size_t Regions>
struct DeviceKinds {
    std::array<std::size_t, Regions> kind{};   // of a map entry; all that have no device are of one kind
    std::array<std::size_t, Regions> place{};  // among the devices of its kind
    std::size_t count = 0;                     // of kinds, and of each of them:
    std::array<std::size_t, Regions> first{};  // the map entry
    std::array<std::size_t, Regions> sizes{};  // how many devices
};

template <class B>
inline constexpr auto device_kinds = []<std::size_t... I>(std::index_sequence<I...>) {
    constexpr bool is_device[] = {!std::is_same_v<DeviceAt<B, I>, NoDevice>..., false};
    constexpr const char* marks[] = {&kind_mark<DeviceAt<B, I>>..., nullptr};
    const char* seen[sizeof...(I) + 1] =
        {};  // the marks of the kinds; no std::array, whose [] is a call that clang counts
    DeviceKinds<sizeof...(I)> kinds;
    std::vector<std::size_t> by_base{I...};
    wirewrap::detail::sort(by_base.data(), by_base.size(), [](std::size_t a, std::size_t b) {
        const Region &one = board_regions<B>[a], &other = board_regions<B>[b];
        return one.space != other.space ? one.space < other.space : one.range.base < other.range.base;
    });
    for (const std::size_t i : by_base) {
        const char* const mark = seen[kinds.count] = marks[i];
        std::size_t kind = 0;
        while (seen[kind] != mark) ++kind;
        if (kind == kinds.count) kinds.first[kinds.count++] = i;
        kinds.kind[i] = kind;
        kinds.place[i] = is_device[i] ? kinds.sizes[kind] : 0;
        kinds.sizes[kind] = kinds.place[i] + 1;
    }
    return kinds;
}(std::make_index_sequence<board_regions<B>.size()>{});

/// So many devices of one type.
template <class D, std::size_t Count>
struct DevicesOfKind {
    DevicesOfKind() : devices() {}

    D devices[Count];
};

/// All devices of a board: a tuple of `DevicesOfKind`.
template <class B, class Kinds = std::make_index_sequence<device_kinds<B>.count>>
struct DevicesOf;
template <class B, std::size_t... K>
struct DevicesOf<B, std::index_sequence<K...>> {
    using type =
        boost::hana::tuple<DevicesOfKind<DeviceAt<B, device_kinds<B>.first[K]>, device_kinds<B>.sizes[K]>...>;
};

/// Something hangs on the device of entry `I` beside its own wires.
template <class B, std::size_t I>
constexpr bool is_followed = [] {
    using D = DeviceAt<B, I>;
    return ReadsAsMemory<D> || ReportsStores<D> || WantsStop<D> || KeepsTime<D> || KeepsWallClock<D> ||
           drives_windows<B>(I);
}();

template <class B>
inline constexpr auto followed = []<std::size_t... I>(std::index_sequence<I...>) {
    return std::array<bool, sizeof...(I)>{is_followed<B, I>...};
}(std::make_index_sequence<board_regions<B>.size()>{});

template <class B>
inline constexpr bool has_masters = []<std::size_t... I>(std::index_sequence<I...>) {
    for (const bool masters : {MastersBus<DeviceAt<B, I>>..., false})
        if (masters) return true;
    return false;
}(std::make_index_sequence<board_regions<B>.size()>{});

}  // namespace wirewrap::detail
