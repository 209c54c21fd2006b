// What holds for every driver, whatever it writes into registers and memory: the device answers in bounded time, touches nothing
// outside of its disk, and works again after a reset. For the fuzzer and for the corpus.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <string_view>

#include <wirewrap/virtio/slot.hpp>

#include "tests/virtio/flat_memory.hpp"
#include "tests/virtio/memory_storage.hpp"

namespace wirewrap::test {

struct CountingSource : virtio::EntropySource {
    bool fill(std::span<std::byte> to) override {
        for (std::byte& byte : to) byte = static_cast<std::byte>(++last);
        return true;
    }
    std::uint8_t last = 0;
};
struct Loop : virtio::ConsoleLine {
    void print(std::span<const std::byte> bytes) override { printed += bytes.size(); }
    std::size_t typed(std::span<std::byte> to) override {
        std::ranges::fill(to, std::byte{'x'});
        return std::min<std::size_t>(to.size(), 3);
    }
    std::uint64_t printed = 0;
};

/// A network where small frames come without end, and now and then one that is large.
struct Flood : virtio::NetworkLine {
    void send(std::span<const std::byte> frame) override { sent += frame.size(); }
    std::size_t receive(std::span<std::byte> to) override {
        const std::size_t size = ++frames % 8 == 0 ? to.size() : 60;
        std::ranges::fill(to.first(size), std::byte{'f'});
        return size;
    }
    std::uint64_t sent = 0, frames = 0;
};

/// Brings a device up as a driver does that says the truth, in either version; its queue 0 is where `Driver` has it.
inline void bring_up(VirtioSlot& slot, FlatMemory& memory, std::uint32_t queue = 0) {
    const auto set = [&](std::uint64_t offset, std::uint32_t value) {
        slot.template write<std::uint32_t>(offset, value, memory);
    };
    set(0x70, 0);
    set(0x70, 1);
    set(0x70, 3);
    if (slot.version() == 2) {
        set(0x24, 1);
        set(0x20, 1);  // VERSION_1
        set(0x70, 11);
    } else {
        set(0x28, 0x1000);
    }
    set(0x30, queue);
    set(0x38, Driver::size);
    if (slot.version() == 2) {
        set(0x80, Driver::descriptors);
        set(0x84, 0);
        set(0x90, Driver::available);
        set(0x94, 0);
        set(0xa0, Driver::used);
        set(0xa4, 0);
        set(0x44, 1);
        set(0x70, 15);
    } else {
        set(0x3c, 0x1000);
        set(0x40, Driver::descriptors / 0x1000);
        set(0x70, 7);
    }
}

/// Byte 0 says which device, or none, and version; then operations: 0 to 0xbf a register and its value, 0xc0 on bytes into memory.
inline bool holds_for_any_driver(std::span<const std::byte> input) {
    if (input.empty()) return true;
    FlatMemory memory;
    MemoryStorage disk(64, (std::to_integer<unsigned>(input[0]) & 8) != 0);
    CountingSource source;
    Loop line;
    VirtioSlot slot;
    const unsigned kind = std::to_integer<unsigned>(input[0]);
    slot.set_version(1 + (kind >> 2 & 1));
    if ((kind & 3) == 0) slot.device().put<virtio::Block>().attach(disk);
    if ((kind & 3) == 1) slot.device().put<virtio::Entropy>().attach(source);
    if ((kind & 3) == 2) slot.device().put<virtio::Console>().attach(line);
    Flood network;
    if ((kind & 3) == 3 && (kind & 64) != 0)
        slot.device().put<virtio::Net>().attach(network, {0x52, 0x54, 0, 1, 2, 3});

    if ((kind & 16) != 0) bring_up(slot, memory, kind >> 5 & 1);

    std::size_t operations = 0;
    for (input = input.subspan(1); input.size() >= 4; ++operations) {
        const unsigned what = std::to_integer<unsigned>(input[0]);
        std::size_t taken = 0;
        if (what < 0xc0) {
            std::array<std::byte, 4> value{};
            taken = std::min<std::size_t>(5, input.size());
            std::copy_n(input.begin() + 1, taken - 1, value.begin());
            const std::uint64_t offset = what < 0x40 ? 4 * what : 0x100 + what - 0x40;
            const auto word = read_memory<std::uint32_t>(value.data());
            if (what < 0x40)
                slot.write<std::uint32_t>(offset, word, memory);
            else
                slot.write<std::uint8_t>(offset, static_cast<std::uint8_t>(word), memory);
            (void)slot.read<std::uint32_t>(offset / 4 * 4);
        } else {
            const std::size_t count = std::min<std::size_t>(what - 0xbf, input.size() - 3);
            const auto at = read_memory<std::uint16_t>(input.data() + 1);
            (void)memory.write(GuestAddress{FlatMemory::base + at}, input.subspan(3, count));
            taken = 3 + count;
        }
        input = input.subspan(taken);
    }
    if (disk.out_of_bounds) return false;
    // A notification does at most 1024 requests of 1024 buffers, each inside 64 KiB of memory and 32 KiB of disk.
    if (memory.accesses > (operations + 1) * 8'000'000) return false;

    // An honest driver comes.
    if ((kind & 3) != 0) return true;
    memory.bytes.assign(memory.bytes.size(), std::byte{0});
    bring_up(slot, memory);
    Driver driver{memory};
    driver.descriptor(0, 0x5000, 16, Driver::next, 1);
    driver.descriptor(1, 0x6000, 512, Driver::next | Driver::to_write, 2);
    driver.descriptor(2, 0x5100, 1, Driver::to_write);
    (void)memory.store<std::uint8_t>(GuestAddress{0x5100}, 0xff);
    driver.offer(0);
    slot.write<std::uint32_t>(0x50, 0, memory);
    return memory.load<std::uint8_t>(GuestAddress{0x5100}) == 0 && slot.output(0);
}

}  // namespace wirewrap::test
