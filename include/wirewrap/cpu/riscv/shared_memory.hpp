// Memory that others read and write at the same time, as harts on threads of their own do: each access is a relaxed atomic one,
// which on x86-64 and AArch64 is the load or store that it would be anyway.
//
//     const auto value = Memory<Bus>::template read<std::uint32_t>(host);
//     Memory<Bus>::write(bus, host, value);                       // and what SC has to know of it
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

#include <wirewrap/base/bus.hpp>
#include <wirewrap/base/endian.hpp>
#include <wirewrap/cpu/riscv/store_marks.hpp>

namespace wirewrap::riscv {

#if defined(__SANITIZE_THREAD__)
inline constexpr bool thread_sanitizer = true;
#elif defined(__has_feature)
inline constexpr bool thread_sanitizer = __has_feature(thread_sanitizer);
#else
inline constexpr bool thread_sanitizer = false;
#endif

/// Orders all memory accesses. The thread sanitizer knows no fences, and is shown an operation that has the effect.
[[gnu::always_inline]] inline void full_fence() {
    if constexpr (thread_sanitizer) {
        static std::atomic<int> place;
        place.fetch_add(0, std::memory_order_seq_cst);
    } else {
        std::atomic_thread_fence(std::memory_order_seq_cst);
    }
}

/// A bus whose memory harts on other threads use at the same time, says so: `static constexpr bool shares_memory = true`.
template <class Bus>
concept SharesMemory = requires { requires std::remove_cvref_t<Bus>::shares_memory; };

/// A bus that keeps everybody else away from memory while a hart is at an atomic word of it, until it says that it is done, and how
/// many bytes it has stored: then those who hear of stores are told.
template <class Bus>
concept WaitsForAtomics = GivesAtomicWords<Bus> && requires(Bus& bus) { bus.atomic_done(std::size_t{}); };

/// Little-endian words of host memory, as the harts of this bus access them.
template <class Bus>
struct Memory {
    template <class T>
    [[gnu::always_inline]] static T read(const std::byte* from) {
        return read_memory<T>(from);
    }
    template <class T>
    [[gnu::always_inline]] static void write(const auto&, std::byte* to, T value) {
        write_memory<T>(to, value);
    }
    /// To be called before an atomic instruction that writes there.
    [[gnu::always_inline]] static void mark(const auto&, const std::byte*) {}
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
    [[gnu::always_inline]] static void write(const Bus& bus, std::byte* to, T value) {
        mark(bus, to);
        // Behind the mark.
        constexpr auto order = MarksStores<Bus> ? std::memory_order_release : std::memory_order_relaxed;
        if (aligned<T>(to)) [[likely]]
            return at<T>(to).store(from_little(value), order);
        for (std::size_t i = 0; i != sizeof(T); ++i)
            at<std::uint8_t>(to + i).store(static_cast<std::uint8_t>(value >> (8 * i)), order);
    }
    [[gnu::always_inline]] static void mark(const Bus& bus, const std::byte* to) {
        if constexpr (MarksStores<Bus>) bus.store_marks().stored(to);
    }
    /// As many bytes as `to` has, word by word where `from` allows it.
    static void copy(std::span<const std::byte> from, std::span<std::byte> to) {
        constexpr std::size_t word = sizeof(std::uint64_t);
        std::size_t i = 0;
        for (; to.size() - i >= word; i += word)
            write_memory<std::uint64_t>(to.data() + i, read<std::uint64_t>(from.data() + i));
        for (; i != to.size(); ++i)
            write_memory<std::uint8_t>(to.data() + i, read<std::uint8_t>(from.data() + i));
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
