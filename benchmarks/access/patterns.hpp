// Which addresses are accessed, in which order. They come from a list, for the raw pointer too, so that every target does
// the same work beside its accesses and none can be turned into a vector operation.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "boards.hpp"

namespace access_benchmark {

/// Addresses of 64-bit words below 4 GiB, at half the memory traffic of 64-bit addresses.
using Addresses = std::vector<std::uint32_t>;

enum class Pattern { sequential_1m, random_1m, mixed_1m, sequential_64m, random_64m, device, devices };

inline constexpr std::array patterns{Pattern::sequential_1m,  Pattern::random_1m,  Pattern::mixed_1m,
                                     Pattern::sequential_64m, Pattern::random_64m, Pattern::device,
                                     Pattern::devices};

constexpr std::string_view name_of(Pattern pattern) {
    constexpr std::array<std::string_view, 7> names{
        "sequential_1m", "random_1m", "mixed_1m", "sequential_64m", "random_64m", "device", "devices"};
    return names[static_cast<std::size_t>(pattern)];
}

/// Marsaglia's xorshift with the shifts 13, 7, 17.
class Random {
public:
    std::uint64_t operator()() {
        state_ ^= state_ << 13;
        state_ ^= state_ >> 7;
        state_ ^= state_ << 17;
        return state_ >> 11;
    }

private:
    std::uint64_t state_ = 88172645463325252;
};

/// The addresses of a pattern; `place(offset)` is where the guest sees that byte of RAM. `mixed` has one access in twenty
/// to a device; `device` has one device only, as a driver that polls, and `devices` all of them at random.
template <class Place>
Addresses addresses_of(Pattern pattern, std::size_t devices, Place place) {
    constexpr std::size_t many = 1 << 17;
    constexpr std::uint64_t word = 8, line = 64;
    Random random;
    Addresses list;
    const auto add = [&](GuestAddress a) { list.push_back(static_cast<std::uint32_t>(a.value)); };
    const auto add_ram = [&](Bytes size) { add(place(random() * word % size.count)); };
    const auto add_device = [&](std::size_t number) {
        add(device_base(number) + Bytes{random() * word % 64});
    };
    switch (pattern) {
    case Pattern::sequential_1m:
        for (std::uint64_t i = 0; i != many; ++i) add(place(i * word));
        break;
    case Pattern::random_1m:
        for (std::size_t i = 0; i != many; ++i) add_ram(1_MiB);
        break;
    case Pattern::mixed_1m:
        for (std::size_t i = 0; i != many; ++i)
            if (random() % 20 == 0)
                add_device(random() % devices);
            else
                add_ram(1_MiB);
        break;
    case Pattern::sequential_64m:  // a word of every cache line: more would measure the list
        for (std::uint64_t offset = 0; offset != ram_size.count; offset += line) add(place(offset));
        break;
    case Pattern::random_64m:
        for (std::size_t i = 0; i != 8 * many; ++i) add_ram(ram_size);
        break;
    case Pattern::device:
        for (std::size_t i = 0; i != many / 8; ++i) add_device(devices / 2);
        break;
    case Pattern::devices:
        for (std::size_t i = 0; i != many / 8; ++i) add_device(random() % devices);
        break;
    }
    return list;
}

inline Addresses in_one_window(Pattern pattern, std::size_t devices) {
    return addresses_of(pattern, devices, [](std::uint64_t offset) { return ram_base + Bytes{offset}; });
}
inline Addresses in_two_windows(Pattern pattern, std::size_t devices) {
    return addresses_of(pattern, devices, [](std::uint64_t offset) {
        return offset < low_window.count ? ram_base + Bytes{offset}
                                         : high_base + Bytes{offset - low_window.count};
    });
}

}  // namespace access_benchmark
