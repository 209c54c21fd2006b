#include <wirewrap/virtio/queue.hpp>

#include <catch2/catch.hpp>

#include <array>
#include <string>

#include "tests/virtio/flat_memory.hpp"

using namespace wirewrap;
using namespace wirewrap::virtio;
using test::Driver;
using test::FlatMemory;

namespace {

constexpr std::uint64_t data = 0x4000, table = 0x8000;

struct Bed {
    FlatMemory memory;
    Driver driver{memory};
    Queue queue;

    explicit Bed(std::uint64_t features = 0) {
        queue.start({GuestAddress{Driver::descriptors}, GuestAddress{Driver::available},
                     GuestAddress{Driver::used}, Driver::size});
        queue.agree(features);
    }
    Chain take() {
        auto chain = queue.take(memory);
        REQUIRE(chain);
        REQUIRE(*chain);
        return **chain;
    }
    QueueFault fault() {
        const auto chain = queue.take(memory);
        REQUIRE_FALSE(chain);
        return chain.error();
    }
    bool nothing() {
        const auto chain = queue.take(memory);
        return chain && !*chain;
    }
};

}  // namespace

TEST_CASE("A chain is what its descriptors say, and goes back with what was written") {
    Bed bed;
    CHECK(bed.nothing());
    bed.driver.descriptor(3, data, 4, Driver::next, 0);
    bed.driver.descriptor(0, data + 100, 3, Driver::next, 7);
    bed.driver.descriptor(7, data + 200, 2, Driver::next | Driver::to_write, 1);
    bed.driver.descriptor(1, data + 300, 5, Driver::to_write, 9);
    for (std::uint64_t i = 0; i != 400; ++i)
        (void)bed.memory.store<std::uint8_t>(GuestAddress{data + i}, static_cast<std::uint8_t>(i));
    bed.driver.offer(3);
    const Chain chain = bed.take();
    CHECK(chain.head() == 3);
    CHECK(chain.readable() == 7);
    CHECK(chain.writable() == 7);
    std::array<std::byte, 5> some{};
    CHECK(chain.read(bed.memory, 2, some));
    CHECK(some == std::array{std::byte{2}, std::byte{3}, std::byte{100}, std::byte{101}, std::byte{102}});
    std::array<std::byte, 6> more{};
    CHECK_FALSE(chain.read(bed.memory, 2, more));
    const std::array written{std::byte{0xaa}, std::byte{0xbb}, std::byte{0xcc}};
    CHECK(chain.write(bed.memory, 1, written));
    CHECK(bed.memory.load<std::uint8_t>(GuestAddress{data + 201}) == 0xaa);
    CHECK(bed.memory.load<std::uint16_t>(GuestAddress{data + 300}) == 0xccbb);
    CHECK_FALSE(chain.write(bed.memory, 5, written));

    CHECK(bed.nothing());
    REQUIRE(bed.queue.give_back(bed.memory, chain, 4));
    CHECK(bed.driver.used_index() == 1);
    CHECK(bed.driver.used_head(0) == 3);
    CHECK(bed.driver.used_size(0) == 4);
    CHECK(bed.queue.wants_interrupt(bed.memory));
    CHECK_FALSE(bed.queue.wants_interrupt(bed.memory));
}

TEST_CASE("Rings go round, 2^16 requests and more") {
    Bed bed;
    for (std::uint16_t i = 0; i != Driver::size; ++i) bed.driver.descriptor(i, data + i, 1, Driver::to_write);
    for (std::uint32_t i = 0; i != 70'000; ++i) {
        const auto head = static_cast<std::uint16_t>(i * 3 % Driver::size);
        bed.driver.offer(head);
        const auto chain = bed.queue.take(bed.memory);
        if (!chain || !*chain || (*chain)->head() != head) FAIL("request " << i);
        if (!bed.queue.give_back(bed.memory, **chain, i)) FAIL("request " << i);
        if (bed.driver.used_head(i % Driver::size) != head) FAIL("request " << i);
    }
    CHECK(bed.driver.used_index() == 70'000 % 0x1'0000);
    bed.driver.offer(1);
    (void)bed.take();
    bed.queue.put_back();
    CHECK(bed.take().head() == 1);
}

TEST_CASE("Every lie has its name") {
    Bed bed(feature::indirect_descriptors);
    SECTION("more than there are places") {
        bed.driver.set_index(Driver::size + 1);
        CHECK(bed.fault() == QueueFault::too_many);
    }
    SECTION("an index that goes back") {
        bed.driver.descriptor(0, data, 1);
        bed.driver.offer(0);
        (void)bed.take();
        bed.driver.set_index(0);
        CHECK(bed.fault() == QueueFault::too_many);
    }
    SECTION("a head that is no descriptor") {
        bed.driver.offer(Driver::size);
        CHECK(bed.fault() == QueueFault::no_descriptor);
    }
    SECTION("a next that is no descriptor") {
        bed.driver.descriptor(0, data, 1, Driver::next, Driver::size);
        bed.driver.offer(0);
        CHECK(bed.fault() == QueueFault::no_descriptor);
    }
    SECTION("a circle") {
        bed.driver.descriptor(0, data, 1, Driver::next, 1);
        bed.driver.descriptor(1, data, 1, Driver::next, 0);
        bed.driver.offer(0);
        CHECK(bed.fault() == QueueFault::endless);
    }
    SECTION("a circle in a table") {
        bed.driver.descriptor(0, table, 32, Driver::indirect);
        bed.driver.descriptor(0, data, 1, Driver::next, 1, table);
        bed.driver.descriptor(1, data, 1, Driver::next, 0, table);
        bed.driver.offer(0);
        CHECK(bed.fault() == QueueFault::endless);
    }
    SECTION("a chain of all descriptors is none") {
        for (std::uint16_t i = 0; i != Driver::size; ++i)
            bed.driver.descriptor(i, data, 1, i + 1 == Driver::size ? 0 : Driver::next,
                                  static_cast<std::uint16_t>(i + 1));
        bed.driver.offer(0);
        CHECK(bed.take().readable() == Driver::size);
    }
    SECTION("a table of 1024 is read, one of 1025 is too long") {
        const std::uint64_t large = 0x8000 - 0x1000;
        for (std::uint16_t i = 0; i != 1025; ++i)
            bed.driver.descriptor(i, data, 1, i == 1024 ? 0 : Driver::next, static_cast<std::uint16_t>(i + 1),
                                  large);
        bed.driver.descriptor(0, large, 16 * 1025, Driver::indirect);
        bed.driver.descriptor(1, large + 16, 16 * 1024, Driver::indirect);
        // Its nexts are one too high, so the last but one ends it.
        bed.driver.descriptor(1023, data, 1, 0, 0, large);
        bed.driver.offer(0);
        CHECK(bed.take().readable() == 1024);
        bed.driver.descriptor(1023, data, 1, Driver::next, 1024, large);
        bed.driver.offer(0);
        CHECK(bed.fault() == QueueFault::endless);
    }
    SECTION("tables that are none") {
        bed.driver.descriptor(0, table, 0, Driver::indirect);
        bed.driver.descriptor(1, table, 24, Driver::indirect);
        bed.driver.descriptor(2, table, 16, Driver::indirect | Driver::next, 3);
        bed.driver.descriptor(3, table, 16, Driver::indirect);
        bed.driver.descriptor(0, table, 16, Driver::indirect, 0, table);
        const auto head = GENERATE(std::uint16_t{0}, std::uint16_t{1}, std::uint16_t{2}, std::uint16_t{3});
        bed.driver.offer(head);
        CHECK(bed.fault() == QueueFault::bad_indirect);
    }
    SECTION("a table that was not agreed upon") {
        bed.queue.agree(0);
        bed.driver.descriptor(0, table, 16, Driver::indirect);
        bed.driver.offer(0);
        CHECK(bed.fault() == QueueFault::bad_indirect);
    }
    SECTION("a table outside of memory, or at its end") {
        bed.driver.descriptor(0, ~0ull - 7, 32, Driver::indirect);
        bed.driver.descriptor(1, FlatMemory::base + FlatMemory::size - 8, 32, Driver::indirect);
        bed.driver.offer(GENERATE(std::uint16_t{0}, std::uint16_t{1}));
        CHECK(bed.fault() == QueueFault::not_memory);
    }
    SECTION("to read behind to write") {
        bed.driver.descriptor(0, data, 1, Driver::to_write | Driver::next, 1);
        bed.driver.descriptor(1, data, 1);
        bed.driver.offer(0);
        CHECK(bed.fault() == QueueFault::read_after_write);
    }
    SECTION("rings outside of memory") {
        for (const std::uint64_t where : {std::uint64_t{0}, ~std::uint64_t{0}, ~std::uint64_t{1} - 2,
                                          FlatMemory::base + FlatMemory::size - 3}) {
            Queue queue;
            queue.start(
                {GuestAddress{Driver::descriptors}, GuestAddress{where}, GuestAddress{Driver::used}, 8});
            const auto taken = queue.take(bed.memory);
            REQUIRE_FALSE(taken);
            CHECK(taken.error() == QueueFault::not_memory);
            queue.start({GuestAddress{where}, GuestAddress{Driver::available}, GuestAddress{where}, 8});
            bed.driver.index = 0;
            bed.driver.offer(0);
            CHECK_FALSE(queue.take(bed.memory));
            CHECK_FALSE(queue.give_back(bed.memory, Chain(0), 0));
        }
    }
}

TEST_CASE("Buffers are looked at when they are used") {
    Bed bed;
    bed.driver.descriptor(0, ~0ull - 3, 8, Driver::next, 1);  // wraps
    bed.driver.descriptor(1, 0xdead'0000'0000, 0xffff'ffff, Driver::next | Driver::to_write, 2);
    bed.driver.descriptor(2, data, 0, Driver::to_write);
    bed.driver.offer(0);
    const Chain chain = bed.take();
    std::array<std::byte, 8> bytes{};
    CHECK_FALSE(chain.read(bed.memory, 0, bytes));
    CHECK_FALSE(chain.write(bed.memory, 0, bytes));
    CHECK_FALSE(chain.write(bed.memory, 0xffff'fffe, std::span(bytes).first(2)));
    CHECK(chain.write(bed.memory, chain.writable(), {}));
}

TEST_CASE("A driver hears as often as it wants to") {
    SECTION("by a flag") {
        Bed bed;
        for (std::uint16_t i = 0; i != 2; ++i) bed.driver.descriptor(i, data, 1);
        (void)bed.memory.store<std::uint16_t>(GuestAddress{Driver::available}, 1);
        bed.driver.offer(0);
        REQUIRE(bed.queue.give_back(bed.memory, bed.take(), 0));
        CHECK_FALSE(bed.queue.wants_interrupt(bed.memory));
    }
    SECTION("by an index") {
        Bed bed(feature::event_index);
        const GuestAddress used_event{Driver::available + 4 + 2 * Driver::size};
        const std::uint64_t available_event = Driver::used + 4 + 8 * Driver::size;
        bed.driver.descriptor(0, data, 1);
        for (std::uint32_t i = 0; i != 70'000; ++i) {
            // Wants to hear of every fifth.
            (void)bed.memory.store<std::uint16_t>(used_event, static_cast<std::uint16_t>(i / 5 * 5 + 4));
            bed.driver.offer(0);
            const auto chain = bed.queue.take(bed.memory);
            if (!chain || !*chain || !bed.queue.give_back(bed.memory, **chain, 0)) FAIL("request " << i);
            if (bed.queue.wants_interrupt(bed.memory) != (i % 5 == 4)) FAIL("request " << i);
            if (i % 7 != 0) continue;
            if (!bed.nothing()) FAIL("request " << i);
            // The device says that it has seen all of them, so that the next one is told.
            if (bed.driver.half(available_event) != static_cast<std::uint16_t>(i + 1)) FAIL("request " << i);
        }
    }
}
