// Memory that others read and write at the same time, as harts on threads of their own do: each access is a relaxed atomic one,
// which on x86-64 and AArch64 is the load or store that it would be anyway.
//
//     const auto value = Memory<Bus>::template read<std::uint32_t>(host);
//     Memory<Bus>::template write<std::uint32_t>(host, value);
//
// The ISA promises of plain accesses what relaxed ones promise, beside dependencies, which compilers keep; FENCE and atomic
// instructions order the rest. A misaligned access is as many as it has bytes: nothing says that it is one.
#pragma once

#include <atomic>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <span>
#include <type_traits>

#include <wirewrap/base/endian.hpp>

namespace wirewrap::riscv {

/// A bus whose memory harts on other threads use at the same time, says so: `static constexpr bool shares_memory = true`.
template <class Bus>
concept SharesMemory = requires { requires std::remove_cvref_t<Bus>::shares_memory; };

/// Little-endian words of host memory, as the harts of this bus access them.
template <class Bus>
struct Memory {
    template <class T>
    [[gnu::always_inline]] static T read(const std::byte* from) {
        return read_memory<T>(from);
    }
    template <class T>
    [[gnu::always_inline]] static void write(std::byte* to, T value) {
        write_memory<T>(to, value);
    }
};

template <SharesMemory Bus>
struct Memory<Bus> {
    template <class T>
    [[gnu::always_inline]] static T read(const std::byte* from) {
        if (aligned<T>(from)) [[likely]]
            return from_little(at<T>(from).load(std::memory_order_relaxed));
        T value = 0;
        for (std::size_t i = 0; i != sizeof(T); ++i)
            value = static_cast<T>(
                value |
                static_cast<T>(T{at<std::uint8_t>(from + i).load(std::memory_order_relaxed)} << (8 * i)));
        return value;
    }
    template <class T>
    [[gnu::always_inline]] static void write(std::byte* to, T value) {
        if (aligned<T>(to)) [[likely]]
            return at<T>(to).store(from_little(value), std::memory_order_relaxed);
        for (std::size_t i = 0; i != sizeof(T); ++i)
            at<std::uint8_t>(to + i).store(static_cast<std::uint8_t>(value >> (8 * i)),
                                           std::memory_order_relaxed);
    }
    /// As many bytes as there are, which is a multiple of 8, both at a multiple of 8.
    static void copy(std::span<const std::byte> from, std::span<std::byte> to) {
        for (std::size_t i = 0; i != from.size(); i += sizeof(std::uint64_t))
            write_memory<std::uint64_t>(to.data() + i, read<std::uint64_t>(from.data() + i));
    }

private:
    template <class T>
    static bool aligned(const std::byte* place) {
        return reinterpret_cast<std::uintptr_t>(place) % sizeof(T) == 0;
    }
    template <class T>
    static std::atomic_ref<T> at(const std::byte* place) {
        return std::atomic_ref<T>(*reinterpret_cast<T*>(const_cast<std::byte*>(place)));
    }
    /// To the host's byte order or from it.
    template <class T>
    static T from_little(T value) {
        if constexpr (std::endian::native == std::endian::big) return swap_bytes(value);
        return value;
    }
};

}  // namespace wirewrap::riscv
