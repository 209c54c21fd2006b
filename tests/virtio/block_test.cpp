#include <wirewrap/virtio/block.hpp>

#include <catch2/catch.hpp>

#include <string>
#include <vector>

#include <wirewrap/virtio/mmio.hpp>

#include "tests/virtio/any_driver.hpp"

using namespace wirewrap;
using namespace wirewrap::virtio;
using namespace wirewrap::test;

namespace {

constexpr std::uint64_t header = 0x5000, data = 0x6000, status_byte = 0x5100;
constexpr std::uint32_t reading = 0, writing = 1, flushing = 4, naming = 8, discarding = 11, zeroing = 13;
constexpr unsigned ok = 0, error = 1, unsupported = 2;

struct Bed {
    FlatMemory memory;
    MemoryStorage disk;
    VirtioSlot slot;
    Driver driver{memory};

    explicit Bed(bool read_only = false, std::uint32_t features = 1 << 9) : disk(64, read_only) {
        slot.device().put<Block>().attach(disk);
        bring_up(slot, memory);
        slot.write<std::uint32_t>(0x70, 3, memory);
        slot.write<std::uint32_t>(0x24, 0, memory);
        slot.write<std::uint32_t>(0x20, features, memory);
        slot.write<std::uint32_t>(0x70, 7, memory);
    }
    /// The status of one request; 0xff when it got none.
    unsigned ask(std::uint32_t operation, std::uint64_t sector, std::uint64_t at, std::uint32_t size) {
        (void)memory.store<std::uint32_t>(GuestAddress{header}, operation);
        (void)memory.store<std::uint64_t>(GuestAddress{header + 8}, sector);
        (void)memory.store<std::uint8_t>(GuestAddress{status_byte}, 0xff);
        const bool in = operation == reading || operation == naming;
        driver.descriptor(0, header, 16, Driver::next, size == 0 ? 2 : 1);
        driver.descriptor(1, at, size, static_cast<std::uint16_t>(Driver::next | (in ? Driver::to_write : 0)),
                          2);
        driver.descriptor(2, status_byte, 1, Driver::to_write);
        return go();
    }
    unsigned range(std::uint32_t operation, std::uint64_t sector, std::uint32_t sectors,
                   std::uint32_t flags = 0, std::uint32_t size = 16) {
        (void)memory.store<std::uint64_t>(GuestAddress{data}, sector);
        (void)memory.store<std::uint32_t>(GuestAddress{data + 8}, sectors);
        (void)memory.store<std::uint32_t>(GuestAddress{data + 12}, flags);
        return ask(operation, 0, data, size);
    }
    unsigned go() {
        driver.offer(0);
        slot.write<std::uint32_t>(0x50, 0, memory);
        return memory.load<std::uint8_t>(GuestAddress{status_byte}).value();
    }
};

}  // namespace

TEST_CASE("Sectors are read and written, many at once") {
    Bed bed;
    for (std::size_t i = 0; i != bed.disk.bytes.size(); ++i)
        bed.disk.bytes[i] = static_cast<std::byte>(i / 512);
    CHECK(bed.ask(reading, 20, data, 40 * 512) == ok);  // more than one piece
    for (unsigned i = 0; i != 40; ++i)
        CHECK(bed.memory.load<std::uint8_t>(GuestAddress{data + 512 * i + 511}) == 20 + i);
    CHECK(bed.driver.used_size(0) == 40 * 512 + 1);
    (void)bed.memory.store<std::uint64_t>(GuestAddress{data}, 0x1122'3344'5566'7788);
    CHECK(bed.ask(writing, 3, data, 1024) == ok);
    CHECK(bed.disk.bytes[3 * 512] == std::byte{0x88});
    CHECK(bed.disk.bytes[4 * 512] == std::byte{21});
    CHECK(bed.driver.used_size(1) == 1);
    CHECK(bed.disk.flushes == 0);
    CHECK(bed.ask(flushing, 0, 0, 0) == ok);
    CHECK(bed.disk.flushes == 1);
    CHECK(bed.ask(naming, 0, data, 20) == ok);
    CHECK(bed.memory.load<std::uint8_t>(GuestAddress{data + 19}) == '1');
    CHECK(bed.memory.load<std::uint8_t>(GuestAddress{data}) == 'w');
}

TEST_CASE("A driver that cannot flush gets what it wrote stored") {
    Bed bed(false, 0);
    CHECK(bed.ask(writing, 3, data, 512) == ok);
    CHECK(bed.disk.flushes == 1);
    CHECK(bed.disk.unflushed == 0);
}

TEST_CASE("What lies outside of the disk, or is no whole sector, is an I/O error") {
    Bed bed;
    CHECK(bed.ask(reading, 63, data, 512) == ok);
    CHECK(bed.ask(reading, 63, data, 1024) == error);
    CHECK(bed.ask(reading, 64, data, 512) == error);
    CHECK(bed.ask(writing, 64, data, 512) == error);
    CHECK(bed.ask(reading, ~0ull, data, 512) == error);
    CHECK(bed.ask(writing, ~0ull / 512, data, 1024) == error);
    CHECK(bed.ask(writing, 1ull << 55, data, 512) == error);
    CHECK(bed.ask(reading, 0, data, 511) == error);
    CHECK(bed.ask(writing, 0, data, 1) == error);
    CHECK(bed.ask(reading, 0, 0xdead'0000, 512) == error);  // the buffer is no memory
    CHECK(bed.ask(writing, 0, ~0ull - 100, 512) == error);
    CHECK(bed.ask(77, 0, data, 512) == unsupported);
    CHECK_FALSE(bed.disk.out_of_bounds);
    CHECK(bed.ask(reading, 0, data, 512) == ok);  // and the queue is whole
}

TEST_CASE("Discard and write-zeroes take one range") {
    Bed bed;
    std::ranges::fill(bed.disk.bytes, std::byte{9});
    CHECK(bed.range(zeroing, 5, 2) == ok);
    CHECK(bed.disk.bytes[5 * 512] == std::byte{0});
    CHECK(bed.disk.bytes[7 * 512 - 1] == std::byte{0});
    CHECK(bed.disk.bytes[7 * 512] == std::byte{9});
    CHECK(bed.range(zeroing, 8, 1, 1) == ok);  // may unmap
    CHECK(bed.range(discarding, 8, 1) == ok);
    CHECK(bed.disk.discards == 1);
    CHECK(bed.range(discarding, 8, 1, 1) == unsupported);
    CHECK(bed.range(zeroing, 8, 1, 2) == unsupported);
    CHECK(bed.range(zeroing, 63, 2) == error);
    CHECK(bed.range(zeroing, ~0ull, 0xffff'ffff) == error);
    CHECK(bed.range(discarding, 0, 0x40'0001) == error);
    CHECK(bed.range(discarding, 0, 1, 0, 32) == error);  // two ranges
    CHECK_FALSE(bed.disk.out_of_bounds);
}

TEST_CASE("A read-only disk says so and stays as it is") {
    Bed bed(true);
    CHECK((bed.slot.device().features() & 1u << 5) != 0);
    CHECK((bed.slot.device().features() & (1u << 13 | 1u << 14)) == 0);
    (void)bed.memory.store<std::uint64_t>(GuestAddress{data}, 1);
    CHECK(bed.ask(writing, 0, data, 512) == error);
    CHECK(bed.range(zeroing, 0, 1) == unsupported);
    CHECK(bed.ask(reading, 0, data, 512) == ok);
    CHECK(bed.disk.bytes[0] == std::byte{0});
}

TEST_CASE("Errors of the storage are the guest's, and it goes on") {
    Bed bed;
    bed.disk.fails = true;
    CHECK(bed.ask(reading, 0, data, 512) == error);
    CHECK(bed.ask(writing, 0, data, 512) == error);
    CHECK(bed.ask(flushing, 0, 0, 0) == error);
    CHECK(bed.range(zeroing, 0, 1) == error);
    CHECK(bed.slot.device().get<Block>()->failures() == 4);
    bed.disk.fails = false;
    CHECK(bed.ask(reading, 0, data, 512) == ok);
    // What is assigned to it leaves it its disk, and a copy has none.
    const VirtioSlot copy = bed.slot;
    bed.slot = copy;
    CHECK(bed.ask(reading, 0, data, 512) == ok);
    bed.slot.device().put<Block>();
    bed.slot = copy;
    CHECK(bed.ask(reading, 0, data, 512) == error);
}

TEST_CASE("Requests laid out in any way, and those that are none") {
    Bed bed;
    bed.disk.bytes[700] = std::byte{0x44};
    (void)bed.memory.store<std::uint32_t>(GuestAddress{header}, reading);
    (void)bed.memory.store<std::uint64_t>(GuestAddress{header + 8}, 1);
    bed.driver.descriptor(0, header, 7, Driver::next, 1);
    bed.driver.descriptor(1, header + 7, 9, Driver::next, 2);
    bed.driver.descriptor(2, data, 100, Driver::next | Driver::to_write, 3);
    bed.driver.descriptor(3, data + 1000, 413, Driver::to_write);  // the status is its last byte
    bed.go();
    CHECK(bed.memory.load<std::uint8_t>(GuestAddress{data + 1000 + 88}) == 0x44);
    CHECK(bed.memory.load<std::uint8_t>(GuestAddress{data + 1412}) == ok);

    SECTION("no room for a status") { bed.driver.descriptor(0, header, 16); }
    SECTION("half a header") {
        bed.driver.descriptor(0, header, 15, Driver::next, 1);
        bed.driver.descriptor(1, status_byte, 1, Driver::to_write);
    }
    SECTION("a header outside of memory") {
        bed.driver.descriptor(0, 0, 16, Driver::next, 1);
        bed.driver.descriptor(1, status_byte, 1, Driver::to_write);
    }
    SECTION("a status outside of memory") {
        bed.driver.descriptor(0, header, 16, Driver::next, 1);
        bed.driver.descriptor(1, 0, 1, Driver::to_write);
    }
    bed.go();
    CHECK(bed.slot.fault() == QueueFault::no_room);
}
