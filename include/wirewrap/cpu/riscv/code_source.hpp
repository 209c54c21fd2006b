// Where the bytes of a page of code come from: memory that the bus shows whole, or fetches, halfword by halfword.
#pragma once

#include <algorithm>
#include <array>
#include <bitset>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>

#include <wirewrap/base/bus.hpp>
#include <wirewrap/base/endian.hpp>
#include <wirewrap/cpu/riscv/code_page.hpp>
#include <wirewrap/cpu/riscv/shared_memory.hpp>

namespace wirewrap::riscv {

/// Host memory of so many bytes; empty when it is not in one piece. A bus that can show memory without handing it out for
/// writing is asked for that.
template <class Bus>
std::span<const std::byte> memory_at(Bus& bus, std::uint64_t where, std::size_t size) {
    if constexpr (requires { bus.memory_view(GuestAddress{where}, Bytes{size}); })
        return bus.memory_view(GuestAddress{where}, Bytes{size});
    else
        return bus.ram_span(GuestAddress{where}, Bytes{size});
}
/// Copies it, or nothing where it is not all memory. What others store to at the same time, the bus copies itself.
template <class Bus>
bool copy_memory(Bus& bus, std::uint64_t where, std::span<std::byte> to) {
    if constexpr (SharesMemory<Bus>) {
        return bus.debug_read(GuestAddress{where}, to).has_value();
    } else {
        const std::span<const std::byte> memory = memory_at(bus, where, to.size());
        std::copy(memory.begin(), memory.end(), to.begin());
        return !memory.empty();
    }
}

/// Whether an instruction of four bytes is at `where`, when that can be seen without a fetch.
template <class Bus>
bool looks_wide(Bus& bus, std::uint64_t where) {
    std::array<std::byte, 2> first{};
    if constexpr (requires { bus.memory_view(GuestAddress{where}, Bytes{2}); })
        return copy_memory(bus, where, first) && is_wide(read_memory<std::uint16_t>(first.data()));
    return false;
}

/// The bytes of the page at `base`, and which of its halfwords cannot be fetched.
template <class Bus>
void read_code(Bus& bus, std::uint64_t base, std::span<std::byte, page_size> bytes,
               std::bitset<halfwords_per_page>& absent) {
    absent.reset();
    if (copy_memory(bus, base, bytes)) return;
    for (std::size_t i = 0; i != halfwords_per_page; ++i) {
        const auto halfword = bus.template fetch<std::uint16_t>(GuestAddress{base + 2 * i});
        absent[i] = !halfword;
        write_memory<std::uint16_t>(bytes.data() + 2 * i, halfword.value_or(0));
    }
}

/// Whether memory still holds what a page was decoded from; false also when that takes a closer look.
template <class Bus>
bool unchanged(Bus& bus, const CodePage& page, std::uint64_t base) {
    if (page.absent.any()) return false;
    if constexpr (SharesMemory<Bus>) {
        std::array<std::byte, page_size> now;
        return copy_memory(bus, base, now) && now == page.bytes;
    } else {
        const std::span<const std::byte> now = memory_at(bus, base, page_size);
        return !now.empty() && std::memcmp(now.data(), page.bytes.data(), page_size) == 0;
    }
}

}  // namespace wirewrap::riscv
