// The boards that accesses are measured on: 64 MiB of RAM and 1, 8 or 64 devices of 4 KiB each.
//
//     0x1000'0000  device 0   0x1000'1000  device 1  …          0x8000'0000  RAM, 64 MiB
//
//     TwoWindows:                                               0x8000'0000  RAM, the first 512 KiB
//                                                               0xc000'0000  the rest
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <type_traits>
#include <utility>

#include <wirewrap/base.hpp>
#include <wirewrap/board.hpp>

namespace access_benchmark {

using namespace wirewrap;
using namespace wirewrap::literals;

inline constexpr Bytes ram_size = 64_MiB;
inline constexpr GuestAddress ram_base = at(0x8000'0000);
inline constexpr GuestAddress devices_base = at(0x1000'0000);
inline constexpr Bytes device_window = 4_KiB;
inline constexpr Bytes low_window = 512_KiB;
inline constexpr GuestAddress high_base = at(0xc000'0000);

/// Eight registers of 64 bits.
struct Registers {
    static constexpr Bytes registers = 64_B;
    static constexpr AccessRule access{.widths = {4, 8}};

    template <AccessWord T>
    T read(std::uint64_t offset) {
        return static_cast<T>(words[offset / 8]);
    }
    template <AccessWord T>
    void write(std::uint64_t offset, T value) {
        words[offset / 8] = value;
    }

    std::array<std::uint64_t, 8> words{};
};

constexpr GuestAddress device_base(std::size_t number) { return devices_base + number * device_window; }

/// "d00" … "d63"
template <std::size_t I>
inline constexpr FixedText<3> device_name = [] {
    const char name[] = {'d', static_cast<char>('0' + I / 10), static_cast<char>('0' + I % 10)};
    return FixedText<3>(std::string_view(name, 3));
}();

/// The same as a type of its own.
struct OtherRegisters : Registers {};

/// `Types`: 1, or 2 of which neighbours have one each, so that no two of a type make a row (machine/device_rows.hpp).
template <std::size_t Types = 1, std::size_t... I>
constexpr auto map_of_devices(std::index_sequence<I...>) {
    return memory_map(device<device_name<I>, std::conditional_t<I % Types == 0, Registers, OtherRegisters>>(
        device_base(I), device_window)...);
}

template <std::size_t Devices, std::size_t Types = 1>
struct OneWindow {
    static constexpr std::size_t devices = Devices;
    static constexpr auto name = "one-window";
    static constexpr auto ram = main_ram("ram", ram_size).placed(at(ram_base.value));
    static constexpr auto map = map_of_devices<Types>(std::make_index_sequence<Devices>{});
};

struct TwoWindows {
    static constexpr std::size_t devices = 8;
    static constexpr auto name = "two-windows";
    static constexpr auto ram = main_ram("ram", ram_size).placed(split(ram_base, low_window, high_base));
    static constexpr auto map = map_of_devices(std::make_index_sequence<8>{});
};

}  // namespace access_benchmark
