// Memory as a debugger reads and writes it: RAM, ROM and flash, by the hart's own addresses where those are virtual, without
// a device hearing of it.
//
//     read_memory(emulator, 0, 0x8000'0000, bytes);        // how many at the front are memory
#pragma once

#include <algorithm>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

#include <wirewrap/base/address.hpp>
#include <wirewrap/base/bytes.hpp>

namespace wirewrap::debug {

/// A hart whose addresses are virtual: nothing where there is none.
template <class H>
concept TranslatesForDebugger = requires(const H& hart, std::uint64_t address) {
    { hart.debug_address(address) } -> std::same_as<std::optional<std::uint64_t>>;
};

template <class H>
std::optional<std::uint64_t> physical_address(const H& hart, std::uint64_t address) {
    if constexpr (TranslatesForDebugger<H>)
        return hart.debug_address(address);
    else
        return address;
}

/// Calls `visit(physical address, bytes from, bytes)` for pieces that lie together, until it says false or one is not there.
/// The number of bytes that it said true for.
template <class H, class Visit>
std::size_t each_piece(const H& hart, std::uint64_t address, std::size_t size, Visit visit) {
    constexpr std::uint64_t page = 4096;
    std::size_t done = 0;
    while (done != size) {
        const auto there = physical_address(hart, address + done);
        if (!there) break;
        std::size_t length = size - done;
        if constexpr (TranslatesForDebugger<H>)
            length = std::min<std::size_t>(length, page - (address + done) % page);
        const std::size_t took = visit(GuestAddress{*there}, done, length);
        done += took;
        if (took != length) break;
    }
    return done;
}

template <class E>
std::size_t read_memory(E& emulator, std::size_t hart, std::uint64_t address, std::span<std::byte> to) {
    const auto& machine = emulator.machine();
    return each_piece(emulator.hart(hart), address, to.size(),
                      [&](GuestAddress from, std::size_t done, std::size_t length) -> std::size_t {
                          const Bytes there = machine.memory_extent(from, Bytes{length});
                          if (!machine.debug_read(from, to.subspan(done, there.count))) return 0;
                          return there.count;
                      });
}

/// All of it, or nothing.
template <class E>
bool write_memory(E& emulator, std::size_t hart, std::uint64_t address, std::span<const std::byte> from) {
    auto& machine = emulator.machine();
    const auto look = [&](GuestAddress to, std::size_t, std::size_t length) -> std::size_t {
        return machine.memory_extent(to, Bytes{length}).count;
    };
    if (each_piece(emulator.hart(hart), address, from.size(), look) != from.size()) return false;
    return each_piece(emulator.hart(hart), address, from.size(),
                      [&](GuestAddress to, std::size_t done, std::size_t length) {
                          return machine.debug_write(to, from.subspan(done, length)) ? length : 0;
                      }) == from.size();
}

/// To be called when memory was written: harts may have decoded it.
template <class E>
void code_changed(E& emulator, std::size_t harts) {
    for (std::size_t n = 0; n != harts; ++n) {
        auto& hart = emulator.hart(n);
        if constexpr (requires { hart.code_may_have_changed(); })
            hart.code_may_have_changed();
        else if constexpr (requires { hart.forget_code(); })
            hart.forget_code();
    }
}

}  // namespace wirewrap::debug
