// Guest memory without a machine, for tests of queues: 64 KiB from 0x1000 on, and nothing elsewhere.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include <wirewrap/base/device_bus.hpp>
#include <wirewrap/base/endian.hpp>

namespace wirewrap::test {

struct FlatMemory {
    static constexpr std::uint64_t base = 0x1000, size = 0x1'0000;
    std::vector<std::byte> bytes = std::vector<std::byte>(size);
    std::size_t accesses = 0, moved = 0;

    template <AccessWord T>
    Loaded<T> load(GuestAddress at) {
        std::array<std::byte, sizeof(T)> value{};
        if (const Stored read = this->read(at, value); !read) return std::unexpected(read.error());
        return read_memory<T>(value.data());
    }
    template <AccessWord T>
    Stored store(GuestAddress at, T value) {
        std::array<std::byte, sizeof(T)> from{};
        write_memory<T>(from.data(), value);
        return write(at, from);
    }
    Stored read(GuestAddress at, std::span<std::byte> to) {
        if (!has(at, to.size())) return fault(at, Access::load);
        std::copy_n(bytes.begin() + static_cast<std::ptrdiff_t>(at.value - base), to.size(), to.begin());
        return {};
    }
    Stored write(GuestAddress at, std::span<const std::byte> from) {
        if (!has(at, from.size())) return fault(at, Access::store);
        std::copy(from.begin(), from.end(), bytes.begin() + static_cast<std::ptrdiff_t>(at.value - base));
        return {};
    }

private:
    bool has(GuestAddress at, std::uint64_t count) {
        ++accesses;
        moved += count;
        return at.value >= base && at.value - base <= size && count <= size - (at.value - base);
    }
    static std::unexpected<BusFault> fault(GuestAddress at, Access access) {
        return std::unexpected(BusFault{at, 1, access, FaultReason::not_memory});
    }
};
static_assert(DeviceBus<FlatMemory>);

/// The driver's side of a queue of 8 descriptors, where version 1 has its parts; it lies when it is told to.
struct Driver {
    static constexpr std::uint16_t size = 8;
    static constexpr std::uint64_t descriptors = 0x1000, available = 0x1080, used = 0x2000;
    static constexpr std::uint16_t next = 1, to_write = 2, indirect = 4;
    FlatMemory& memory;
    std::uint16_t index = 0;

    void descriptor(std::uint64_t number, std::uint64_t address, std::uint32_t length,
                    std::uint16_t flags = 0, std::uint16_t following = 0, std::uint64_t table = descriptors) {
        const GuestAddress at{table + 16 * number};
        (void)memory.store<std::uint64_t>(at, address);
        (void)memory.store<std::uint32_t>(at + Bytes{8}, length);
        (void)memory.store<std::uint16_t>(at + Bytes{12}, flags);
        (void)memory.store<std::uint16_t>(at + Bytes{14}, following);
    }
    void offer(std::uint16_t head) {
        (void)memory.store<std::uint16_t>(GuestAddress{available + 4 + 2u * (index % size)}, head);
        set_index(static_cast<std::uint16_t>(index + 1));
    }
    void set_index(std::uint16_t value) {
        index = value;
        (void)memory.store<std::uint16_t>(GuestAddress{available + 2}, index);
    }
    std::uint16_t half(std::uint64_t at) { return memory.load<std::uint16_t>(GuestAddress{at}).value(); }
    std::uint16_t used_index() { return half(used + 2); }
    std::uint32_t used_head(unsigned place) {
        return memory.load<std::uint32_t>(GuestAddress{used + 4 + 8u * place}).value();
    }
    std::uint32_t used_size(unsigned place) {
        return memory.load<std::uint32_t>(GuestAddress{used + 8 + 8u * place}).value();
    }
};

}  // namespace wirewrap::test
