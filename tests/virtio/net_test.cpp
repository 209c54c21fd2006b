// A network card and its driver: what goes, what comes, and what is lost.
#include <wirewrap/virtio/net.hpp>

#include <catch2/catch.hpp>

#include <cstdint>
#include <deque>
#include <string>
#include <utility>
#include <vector>

#include <wirewrap/state/fields.hpp>
#include <wirewrap/virtio/mmio.hpp>

#include "tests/virtio/any_driver.hpp"

using namespace wirewrap;
using namespace wirewrap::virtio;
using namespace wirewrap::test;

namespace {

using Frame = std::vector<std::byte>;

struct Cable : NetworkLine {
    void send(std::span<const std::byte> frame) override { sent.emplace_back(frame.begin(), frame.end()); }
    std::size_t receive(std::span<std::byte> to) override {
        if (coming.empty()) return 0;
        const Frame frame = coming.front();
        coming.pop_front();
        std::ranges::copy(frame, to.begin());
        return frame.size();
    }
    std::vector<Frame> sent;
    std::deque<Frame> coming;
};

Frame frame_of(std::size_t size, unsigned first = 1) {
    Frame frame(size);
    for (std::size_t i = 0; i != size; ++i) frame[i] = static_cast<std::byte>(first + i);
    return frame;
}

/// Queue 0 or 1 of a card, where `Driver` has its parts.
struct Bed {
    static constexpr std::uint64_t buffer = 0x6000;
    FlatMemory memory;
    Cable cable;
    VirtioSlot slot;
    Driver driver{memory};
    std::uint32_t queue;
    std::size_t header;

    Bed(std::uint32_t version, std::uint32_t which) : queue(which), header(version == 2 ? 12 : 10) {
        slot.set_version(version);
        slot.device().put<Net>().attach(cable, {0x52, 0x54, 0x00, 0x12, 0x34, 0x56});
        bring_up(slot, memory, which);
    }
    const Net& card() const { return *slot.device().get<Net>(); }
    void notify() { slot.write<std::uint32_t>(0x50, queue, memory); }
    /// Header and frame in two buffers, or in one that is cut anywhere.
    void send(const Frame& frame, std::size_t first) {
        Frame all(header);
        all.insert(all.end(), frame.begin(), frame.end());
        (void)memory.write(GuestAddress{buffer}, all);
        driver.descriptor(0, buffer, static_cast<std::uint32_t>(first), Driver::next, 1);
        driver.descriptor(1, buffer + first, static_cast<std::uint32_t>(all.size() - first));
        driver.offer(0);
        notify();
    }
    void give_buffer(std::uint32_t size) {
        driver.descriptor(0, buffer, size, Driver::to_write);
        driver.offer(0);
        notify();
    }
    Frame at(std::uint64_t address, std::size_t size) {
        Frame bytes(size);
        REQUIRE(memory.read(GuestAddress{address}, bytes));
        return bytes;
    }
};

}  // namespace

TEST_CASE("A card has its address and a link that is up") {
    Bed bed(2, 0);
    CHECK(bed.slot.read<std::uint32_t>(0x08) == 1u);
    CHECK(bed.slot.read<std::uint32_t>(0x100) == 0x1200'5452u);
    CHECK(bed.slot.read<std::uint16_t>(0x104) == 0x5634u);
    CHECK(bed.slot.read<std::uint16_t>(0x106) == 1u);
    bed.slot.write<std::uint32_t>(0x14, 0u, bed.memory);
    CHECK((bed.slot.read<std::uint32_t>(0x10) & 0xff'ffff) == (1u << 5 | 1u << 16));
}

TEST_CASE("Frames go out without their header, in either version and however they are cut") {
    for (const std::uint32_t version : {1u, 2u}) {
        Bed bed(version, Net::transmit);
        for (const std::size_t first : {1ul, bed.header, bed.header + 5}) bed.send(frame_of(60), first);
        CHECK(bed.cable.sent == std::vector<Frame>(3, frame_of(60)));
        CHECK(bed.driver.used_index() == 3);
        CHECK(bed.driver.used_size(0) == 0);
        CHECK(bed.slot.output(0));
        bed.send(frame_of(1518), bed.header);
        CHECK(bed.cable.sent.back() == frame_of(1518));
        // No frame of a network: they are given back and lost.
        for (const std::size_t size : {1519u, 13u, 1u}) bed.send(frame_of(size), bed.header);
        CHECK(bed.cable.sent.size() == 4);
        CHECK(bed.driver.used_index() == 7);
        CHECK(bed.card().sent() == 4);
        CHECK(bed.card().lost() == 3);
        CHECK_FALSE(bed.slot.fault());
        // Less than a header is no request.
        bed.driver.descriptor(0, Bed::buffer, static_cast<std::uint32_t>(bed.header - 1));
        bed.driver.offer(0);
        bed.notify();
        CHECK(bed.slot.fault() == QueueFault::no_room);
    }
}

TEST_CASE("A frame waits for a buffer, and comes with a header of zeros") {
    for (const std::uint32_t version : {1u, 2u}) {
        Bed bed(version, Net::receive);
        bed.cable.coming = {frame_of(60), frame_of(1518, 7)};
        bed.slot.serve(Net::receive, bed.memory);
        CHECK(bed.cable.coming.size() == 2);
        bed.give_buffer(2000);
        CHECK(bed.driver.used_index() == 1);
        CHECK(bed.driver.used_size(0) == bed.header + 60);
        Frame header(bed.header);
        if (version == 2) header[10] = std::byte{1};
        CHECK(bed.at(Bed::buffer, bed.header) == header);
        CHECK(bed.at(Bed::buffer + bed.header, 60) == frame_of(60));
        bed.give_buffer(static_cast<std::uint32_t>(bed.header + 1518));
        CHECK(bed.at(Bed::buffer + bed.header, 1518) == frame_of(1518, 7));
        CHECK(bed.card().received() == 2);

        // Into a buffer that is too small nothing is written, and it stays for the next frame.
        bed.cable.coming = {frame_of(61)};
        bed.give_buffer(static_cast<std::uint32_t>(bed.header + 60));
        CHECK(bed.driver.used_index() == 2);
        CHECK(bed.card().lost() == 1);
        bed.cable.coming = {frame_of(60, 9)};
        bed.slot.serve(Net::receive, bed.memory);
        CHECK(bed.driver.used_index() == 3);
        CHECK(bed.at(Bed::buffer + bed.header, 60) == frame_of(60, 9));
        // A buffer outside of memory.
        bed.cable.coming = {frame_of(60)};
        bed.driver.descriptor(0, 0x5000'0000, 2000, Driver::to_write);
        bed.driver.offer(0);
        bed.notify();
        CHECK(bed.slot.fault() == QueueFault::not_memory);
    }
}

TEST_CASE("A card's state is put back where a card has the same address; a copy has no cable") {
    Bed bed(1, Net::transmit), other(1, Net::transmit);
    bed.send(frame_of(60), 10);
    state::FieldWriter writer;
    bed.slot.state(writer);
    state::FieldReader reader(writer.bytes());
    other.slot.state(reader);
    CHECK(reader.finish());
    CHECK(other.card().sent() == 1);
    other.slot.device().get<Net>()->attach(other.cable, {2, 0, 0, 0, 0, 1});
    state::FieldReader again(writer.bytes());
    other.slot.state(again);
    CHECK_FALSE(again.finish());

    VirtioSlot copy = bed.slot;
    bed.driver.offer(0);
    copy.write<std::uint32_t>(0x50, 1, bed.memory);
    CHECK(copy.device().get<Net>()->lost() == 1);
    CHECK(bed.cable.sent.size() == 1);
    bed.slot = std::as_const(copy);  // keeps its own
    bed.send(frame_of(60), 10);
    CHECK(bed.cable.sent.size() == 2);
}
