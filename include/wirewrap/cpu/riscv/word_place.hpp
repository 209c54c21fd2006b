// The host memory of a word that the guest can read and write, without a word to those who hear of stores: who has stored there
// tells them afterwards.
//
//     std::byte* const word = word_place(machine, GuestAddress{0x8000'0000}, 8);     // nullptr: not in main RAM, or not known
#pragma once

#include <cstddef>

#include <wirewrap/base/address.hpp>
#include <wirewrap/base/bytes.hpp>

namespace wirewrap::riscv {

/// A bus that shows where its main RAM is.
template <class Bus>
concept ShowsMainRam = requires(Bus& bus) {
    bus.ram_windows().begin()->range();
    bus.ram_memory()->data();
};

/// Main RAM that the guest sees at `address`, if that is all of the access.
template <class Bus>
std::byte* word_place(Bus& bus, GuestAddress address, std::size_t width) {
    if constexpr (ShowsMainRam<Bus>)
        for (const auto& window : bus.ram_windows())
            if (const Bytes into = address - window.base;
                window.size.count >= width && into.count <= window.size.count - width)
                return bus.ram_memory()->data() + window.offset.count + into.count;
    return nullptr;
}

}  // namespace wirewrap::riscv
