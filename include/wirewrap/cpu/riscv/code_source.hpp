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

/// Host memory of the page at `base`; empty when it is not in one piece. A bus that can show memory without handing it out
/// for writing is asked for that.
template <class Bus>
std::span<const std::byte> memory_of_page(Bus& bus, std::uint64_t base) {
    if constexpr (requires { bus.memory_view(GuestAddress{base}, Bytes{page_size}); })
        return bus.memory_view(GuestAddress{base}, Bytes{page_size});
    else
        return bus.ram_span(GuestAddress{base}, Bytes{page_size});
}

template <class Bus>
void copy_code(std::span<const std::byte> memory, std::span<std::byte, page_size> bytes) {
    if constexpr (SharesMemory<Bus>)
        Memory<Bus>::copy(memory, bytes);
    else
        std::copy(memory.begin(), memory.end(), bytes.begin());
}

/// Whether an instruction of four bytes is at `where`, when that can be seen without a fetch.
template <class Bus>
bool looks_wide(Bus& bus, std::uint64_t where) {
    if constexpr (requires { bus.memory_view(GuestAddress{where}, Bytes{2}); }) {
        const std::span<const std::byte> first = bus.memory_view(GuestAddress{where}, Bytes{2});
        return !first.empty() && is_wide(Memory<Bus>::template read<std::uint16_t>(first.data()));
    }
    return false;
}

/// The bytes of the page at `base`, and which of its halfwords cannot be fetched.
template <class Bus>
void read_code(Bus& bus, std::uint64_t base, std::span<std::byte, page_size> bytes,
               std::bitset<halfwords_per_page>& absent) {
    absent.reset();
    if (const std::span<const std::byte> memory = memory_of_page(bus, base); !memory.empty()) {
        copy_code<Bus>(memory, bytes);
        return;
    }
    for (std::size_t i = 0; i != halfwords_per_page; ++i) {
        const auto halfword = bus.template fetch<std::uint16_t>(GuestAddress{base + 2 * i});
        absent[i] = !halfword;
        write_memory<std::uint16_t>(bytes.data() + 2 * i, halfword.value_or(0));
    }
}

/// Whether memory still holds what a page was decoded from; false also when that takes a closer look.
template <class Bus>
bool unchanged(Bus& bus, const CodePage& page, std::uint64_t base) {
    const std::span<const std::byte> now = memory_of_page(bus, base);
    if (now.empty() || page.absent.any()) return false;
    if constexpr (SharesMemory<Bus>) {
        std::array<std::byte, page_size> copy;
        copy_code<Bus>(now, copy);
        return copy == page.bytes;
    } else {
        return std::memcmp(now.data(), page.bytes.data(), page_size) == 0;
    }
}

}  // namespace wirewrap::riscv
