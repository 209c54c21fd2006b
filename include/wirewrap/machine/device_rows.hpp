// Rows: devices of one type at equal distances, of which an address tells by arithmetic which one it means. A processor need
// not foresee a jump to get there, however many there are and in whatever order a guest goes to them.
//
//     0x1000'0000 gpio0   0x1000'1000 gpio1   0x1000'2000 gpio2   0x1000'8000 uart0
//     └──────────────────── row 0, stride 0x1000 ─────────────┘   └─ row 1, alone ─┘
//
// The devices of a row differ in nothing but their place and what their wires lead to: type, visible size, treatment of wide
// accesses and wired pins are the same. What has more to it than registers and wires stands alone: `stands_alone`.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include <wirewrap/base/device_bus.hpp>
#include <wirewrap/base/fixed_array.hpp>
#include <wirewrap/board/layout.hpp>
#include <wirewrap/machine/device_kinds.hpp>
#include <wirewrap/machine/interrupts.hpp>

namespace wirewrap::detail {

/// `count` ranges of a flat view from number `first` on, each `stride` bytes behind the one before.
struct DeviceRow {
    std::size_t first = 0, count = 1;
    std::uint64_t stride = 1;
};

/// Wires of entry `I` lead to a device that something hangs on, which is asked after each access to `I`.
template <class B, std::size_t I>
constexpr bool tells_followed = [] {
    if (board_regions<B>[I].outputs.empty()) return false;
    const auto reached = InterruptLevels<B>::reached_from(I);
    for (std::size_t i = 0; i != reached.size(); ++i)
        if (reached[i] && followed<B>[i]) return true;
    return false;
}();
/// More than registers and wires is to be thought of at an access to map entry `I`, or it is no device.
template <class B, std::size_t I>
constexpr bool stands_alone = [] {
    using D = DeviceAt<B, I>;
    return std::is_same_v<D, NoDevice> || is_followed<B, I> || tells_followed<B, I> || takes_bus<D> ||
           MastersBus<D> || board_regions<B>[I].period != Bytes{};
}();
template <class B>
inline constexpr auto alone = []<std::size_t... I>(std::index_sequence<I...>) {
    return std::array<bool, sizeof...(I)>{stands_alone<B, I>...};
}(std::make_index_sequence<board_regions<B>.size()>{});

template <class B>
constexpr bool alike(const FlatRange& one, const FlatRange& next) {
    const std::size_t i = one.region, j = next.region;
    if (alone<B>[i] || alone<B>[j] || device_kinds<B>.kind[i] != device_kinds<B>.kind[j]) return false;
    const Region &a = board_regions<B>[i], &b = board_regions<B>[j];
    return device_kinds<B>.place[j] == device_kinds<B>.place[i] + 1 && one.offset == Bytes{} &&
           next.offset == Bytes{} && one.range.size == next.range.size && one.range.size >= a.registers &&
           a.wide == b.wide && a.bus_width == b.bus_width && InterruptLevels<B>::same_pins(i, j);
}

template <class B, Access Kind, std::size_t Space>
constexpr std::vector<DeviceRow> rows_of() {
    constexpr auto& view = flat_view<B, Kind, Space>;
    std::vector<DeviceRow> rows;
    for (std::size_t i = 0; i != view.size(); ++i) {
        const std::uint64_t stride = i == 0 ? 0 : (view[i].range.base - view[i - 1].range.base).count;
        if (!rows.empty() && alike<B>(view[i - 1], view[i]) &&
            (rows.back().count == 1 || rows.back().stride == stride)) {
            ++rows.back().count;
            rows.back().stride = stride;
        } else {
            rows.push_back({i});
        }
    }
    return rows;
}

template <class B, Access Kind, std::size_t Space>
inline constexpr auto row_table = fixed_array<rows_of<B, Kind, Space>>();
/// The ranges of a flat view in rows, ascending; most are rows of one.
template <class B, Access Kind, std::size_t Space>
inline constexpr auto& device_rows = row_table<B, view_kind<B>(Kind), Space>;

/// Row `N` as constants, and a row of one entry, wherever it lies.
template <class B, Access Kind, std::size_t Space, std::size_t N>
struct RowOf {
    static constexpr DeviceRow row = device_rows<B, Kind, Space>[N];
    static constexpr FlatRange range = flat_view<B, Kind, Space>[row.first];  // the first, and that one's
    static constexpr std::size_t entry = range.region, count = row.count;
    static constexpr std::uint64_t stride = row.stride;
    static constexpr auto entries = [] {
        std::array<std::size_t, count> numbers{};
        for (std::size_t k = 0; k != count; ++k) numbers[k] = flat_view<B, Kind, Space>[row.first + k].region;
        return numbers;
    }();
};
template <std::size_t I>
struct SoleEntry {
    static constexpr std::size_t entry = I, count = 1;
};

}  // namespace wirewrap::detail
