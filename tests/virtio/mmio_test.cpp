#include <wirewrap/virtio/mmio.hpp>

#include <catch2/catch.hpp>

#include <wirewrap/state/fields.hpp>
#include <wirewrap/virtio/slot.hpp>

#include "tests/virtio/any_driver.hpp"

using namespace wirewrap;
using namespace wirewrap::virtio;
using namespace wirewrap::test;

namespace {

struct Bed {
    FlatMemory memory;
    MemoryStorage disk{64};
    VirtioSlot slot;
    Driver driver{memory};

    explicit Bed(std::uint32_t version) {
        slot.set_version(version);
        slot.device().put<Block>().attach(disk);
    }
    void set(std::uint64_t offset, std::uint32_t value) { slot.write<std::uint32_t>(offset, value, memory); }
    std::uint32_t get(std::uint64_t offset) { return slot.read<std::uint32_t>(offset); }
    /// Reads sector 1 to 0x6000.
    void request() {
        (void)memory.store<std::uint64_t>(GuestAddress{0x5000}, 0);
        (void)memory.store<std::uint64_t>(GuestAddress{0x5008}, 1);
        driver.descriptor(0, 0x5000, 16, Driver::next, 1);
        driver.descriptor(1, 0x6000, 512, Driver::next | Driver::to_write, 2);
        driver.descriptor(2, 0x5100, 1, Driver::to_write);
        driver.offer(0);
        set(0x50, 0);
    }
};

}  // namespace

TEST_CASE("An empty slot says that nothing is there, and takes no orders") {
    FlatMemory memory;
    VirtioSlot slot;
    CHECK(slot.read<std::uint32_t>(0) == 0x7472'6976);
    CHECK(slot.read<std::uint32_t>(4) == 1);
    for (std::uint64_t offset = 0x10; offset != 0x200; offset += 4) {
        slot.write<std::uint32_t>(offset, 0xffff'ffff, memory);
        CHECK(slot.read<std::uint32_t>(offset) == 0);
    }
    CHECK(slot.read<std::uint32_t>(8) == 0);
    CHECK_FALSE(slot.output(0));
    CHECK(memory.accesses == 0);
}

TEST_CASE("Version 1, as drivers of it begin") {
    Bed bed(1);
    CHECK(bed.get(4) == 1);
    CHECK(bed.get(8) == 2);
    bed.set(0x28, 0x1000);
    bed.set(0x70, 0);
    bed.set(0x70, 3);
    bed.set(0x14, 1);
    CHECK(bed.get(0x10) == 0);  // no second word
    bed.set(0x14, 0);
    const std::uint32_t offered = bed.get(0x10);
    CHECK(offered == (1u << 2 | 1u << 6 | 1u << 9 | 1u << 13 | 1u << 14 | 1u << 28 | 1u << 29));
    bed.set(0x20, 0xffff'ffff);
    bed.set(0x30, 0);
    CHECK(bed.get(0x40) == 0);
    CHECK(bed.get(0x34) == 256);
    bed.set(0x38, Driver::size);
    bed.set(0x3c, 0x1000);
    bed.set(0x40, 1);
    CHECK(bed.get(0x40) == 1);
    bed.set(0x70, 7);
    // Capacity byte by byte, as such drivers read it.
    CHECK(bed.slot.read<std::uint8_t>(0x100) == 64);
    CHECK(bed.slot.read<std::uint8_t>(0x101) == 0);
    CHECK(bed.slot.read<std::uint16_t>(0x114) == 512);

    bed.disk.bytes[512 + 5] = std::byte{0x5a};
    bed.request();
    CHECK(bed.memory.load<std::uint8_t>(GuestAddress{0x6005}) == 0x5a);
    CHECK(bed.driver.used_index() == 1);
    CHECK(bed.slot.output(0));
    CHECK(bed.get(0x60) == 1);
    bed.set(0x64, 1);
    CHECK_FALSE(bed.slot.output(0));
    bed.set(0x40, 0);  // taken away
    bed.request();
    CHECK(bed.driver.used_index() == 1);
    bed.set(0x30, 1);  // there is no queue 1
    CHECK(bed.get(0x34) == 0);
    bed.set(0x40, 1);
    CHECK(bed.get(0x40) == 0);
}

TEST_CASE("Version 2, as drivers of it begin") {
    Bed bed(2);
    CHECK(bed.get(4) == 2);
    bed.set(0x70, 0);
    bed.set(0x70, 1);
    bed.set(0x70, 3);
    bed.set(0x14, 1);
    CHECK(bed.get(0x10) == 1);  // VERSION_1
    bed.set(0x24, 0);
    bed.set(0x20, 1u << 6);
    SECTION("without VERSION_1 nothing is agreed") {
        bed.set(0x70, 11);
        CHECK(bed.get(0x70) == 3);
    }
    SECTION("nor with what was not offered") {
        bed.set(0x24, 1);
        bed.set(0x20, 3);
        bed.set(0x70, 11);
        CHECK(bed.get(0x70) == 3);
        bed.set(0x20, 1);
        bed.set(0x70, 11);
        CHECK(bed.get(0x70) == 11);
    }
    SECTION("and then it works") {
        bring_up(bed.slot, bed.memory);
        CHECK(bed.get(0x70) == 15);
        CHECK(bed.get(0x44) == 1);
        CHECK(bed.get(0xfc) == 0);
        CHECK(bed.get(0xb0) == 0xffff'ffff);
        bed.set(0x38, 4);  // while it is ready, nothing of it changes
        bed.set(0x90, 0);
        bed.request();
        CHECK(bed.driver.used_index() == 1);
        CHECK(bed.memory.load<std::uint8_t>(GuestAddress{0x5100}) == 0);
        bed.set(0x44, 0);
        CHECK(bed.get(0x44) == 0);
        bed.set(0x70, 0);
        CHECK(bed.get(0x70) == 0);
        CHECK(bed.get(0x60) == 0);
        bed.set(0x44, 1);  // no size was said since
        CHECK(bed.get(0x44) == 0);
    }
    SECTION("a size that is none is not taken") {
        bed.set(0x30, 0);
        for (const std::uint32_t size : {0u, 3u, 512u, 0x10008u, ~0u}) {
            bed.set(0x38, size);
            bed.set(0x44, 1);
            CHECK(bed.get(0x44) == 0);
        }
    }
}

TEST_CASE("Nothing is done before the driver is ready") {
    Bed bed(1);
    bring_up(bed.slot, bed.memory);
    bed.set(0x70, 3);
    bed.request();
    CHECK(bed.driver.used_index() == 0);
    bed.set(0x70, 7);
    bed.set(0x50, 7);  // no such queue
    CHECK(bed.driver.used_index() == 0);
    bed.set(0x50, 0);
    CHECK(bed.driver.used_index() == 1);
}

TEST_CASE("A driver that breaks its queue is told, and may begin again") {
    for (const std::uint32_t version : {1u, 2u}) {
        Bed bed(version);
        bring_up(bed.slot, bed.memory);
        bed.driver.set_index(100);
        bed.set(0x50, 0);
        CHECK(bed.slot.fault() == QueueFault::too_many);
        CHECK(((bed.get(0x70) & 0x40) != 0) == (version == 2));
        CHECK((bed.get(0x60) == 2) == (version == 2));
        bed.set(0x70, version == 2 ? 15 : 7);  // does not help
        bed.driver.set_index(0);
        bed.request();
        CHECK(bed.driver.used_index() == 0);
        bed.memory.bytes.assign(bed.memory.bytes.size(), std::byte{0});
        bring_up(bed.slot, bed.memory);
        bed.driver.index = 0;
        bed.request();
        CHECK(bed.driver.used_index() == 1);
        CHECK_FALSE(bed.slot.fault());
    }
}

TEST_CASE("A slot's state is put back where the same device is, and nowhere else") {
    Bed bed(2);
    bring_up(bed.slot, bed.memory);
    bed.request();
    state::FieldWriter writer;
    bed.slot.state(writer);

    Bed other(2);
    other.memory.bytes = bed.memory.bytes;
    const auto load = [&](Bed& into) {
        state::FieldReader reader(writer.bytes());
        auto copy = into.slot;
        copy.state(reader);
        const auto whole = reader.finish();
        if (whole) into.slot = copy;
        return whole ? std::string() : whole.error().message;
    };
    REQUIRE(load(other).empty());
    CHECK(other.slot.output(0));
    CHECK(other.get(0x70) == 15);
    other.driver.index = bed.driver.index;
    other.disk.bytes[512] = std::byte{0x77};
    other.request();
    CHECK(other.driver.used_index() == 2);
    CHECK(other.memory.load<std::uint8_t>(GuestAddress{0x6000}) == 0x77);

    Bed version(1);
    CHECK_THAT(load(version), Catch::Contains("another version of virtio-mmio"));
    Bed random(2);
    random.slot.device().put<Entropy>();
    CHECK_THAT(load(random), Catch::Contains("another device, or none, was saved in this slot"));
    MemoryStorage larger(65);
    Bed size(2);
    size.slot.device().put<Block>().attach(larger);
    CHECK_THAT(load(size), Catch::Contains("another size"));
}

TEST_CASE("Any state that a file may hold does no harm") {
    Bed bed(2);
    bring_up(bed.slot, bed.memory);
    bed.request();
    state::FieldWriter writer;
    bed.slot.state(writer);
    for (std::size_t i = 0; i != writer.bytes().size(); ++i)
        for (const unsigned value : {0x00u, 0x01u, 0x7fu, 0xffu}) {
            auto bytes = writer.bytes();
            bytes[i] = static_cast<std::byte>(value);
            Bed other(2);
            other.memory.bytes = bed.memory.bytes;
            auto copy = other.slot;
            state::FieldReader reader(bytes);
            copy.state(reader);
            if (!reader.finish()) continue;
            other.slot = copy;
            for (std::uint64_t offset = 0; offset != 0x200; offset += 4) (void)other.get(offset);
            other.set(0x50, 0);
            CHECK_FALSE(other.disk.out_of_bounds);
        }
}
