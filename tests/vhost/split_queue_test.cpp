#include <array>
#include <cstdint>
#include <random>
#include <vector>

#include <catch2/catch.hpp>

#include <wirewrap/vhost/split_queue.hpp>

using namespace wirewrap;
using namespace wirewrap::literals;
using vhost::QueueLayout, vhost::Segment, vhost::SplitQueue;

static_assert(QueueLayout{128}.available() == 2048_B && QueueLayout{128}.used() == 2312_B &&
              QueueLayout{128}.bytes() == 3342_B);
static_assert(QueueLayout{128}.verdict() && !QueueLayout{0}.verdict() && !QueueLayout{96}.verdict());

namespace {

struct Rig {
    explicit Rig(std::uint16_t size) : memory(QueueLayout{size}.bytes().count + 16), queue(span(), {size}) {}
    std::span<std::byte> span() { return memory; }

    template <class T>
    T at_offset(std::uint64_t offset) {
        return read_memory<T>(memory.data() + offset);
    }
    std::uint16_t available_index() { return at_offset<std::uint16_t>(queue.layout().available().count + 2); }
    /// What the device would do: gives back `head`.
    void use(std::uint32_t head, std::uint32_t written) {
        const std::uint64_t ring = queue.layout().used().count;
        const auto index = at_offset<std::uint16_t>(ring + 2);
        std::byte* const entry = memory.data() + ring + 4 + 8 * (index % queue.layout().size);
        write_memory<std::uint32_t>(entry, head);
        write_memory<std::uint32_t>(entry + 4, written);
        write_memory<std::uint16_t>(memory.data() + ring + 2, static_cast<std::uint16_t>(index + 1));
    }

    std::vector<std::byte> memory;
    SplitQueue queue;
};

const std::array three{Segment{at(0x1000), 16, false}, Segment{at(0x2000), 512, true},
                       Segment{at(0x3000), 1, true}};

}  // namespace

TEST_CASE("a request is a chain of descriptors, little-endian, published by its number") {
    Rig rig(8);
    const auto head = rig.queue.add(three);
    REQUIRE(head);
    CHECK(rig.available_index() == 0);
    CHECK(rig.queue.publish());
    CHECK(rig.available_index() == 1);
    CHECK(rig.at_offset<std::uint16_t>(rig.queue.layout().available().count + 4) == *head);
    std::uint64_t entry = 16u * *head;
    CHECK(rig.at_offset<std::uint64_t>(entry) == 0x1000);
    CHECK(rig.at_offset<std::uint32_t>(entry + 8) == 16);
    CHECK(rig.at_offset<std::uint16_t>(entry + 12) == 1);  // next
    entry = 16u * rig.at_offset<std::uint16_t>(entry + 14);
    CHECK(rig.at_offset<std::uint64_t>(entry) == 0x2000);
    CHECK(rig.at_offset<std::uint16_t>(entry + 12) == 3);  // next, device writes
    entry = 16u * rig.at_offset<std::uint16_t>(entry + 14);
    CHECK(rig.at_offset<std::uint32_t>(entry + 8) == 1);
    CHECK(rig.at_offset<std::uint16_t>(entry + 12) == 2);  // device writes
    CHECK(rig.queue.free() == 5);
}

TEST_CASE("a full table takes nothing, and what is used makes room, in any order and for ever") {
    Rig rig(8);
    std::mt19937 random(3);
    std::vector<std::uint16_t> held;
    for (unsigned i = 0; i != 200'000; ++i) {  // three times around the 16-bit counters
        if (held.size() < 2 && (held.empty() || random() % 2 == 0)) {
            const auto head = rig.queue.add(three);
            REQUIRE(head);
            (void)rig.queue.publish();
            held.push_back(*head);
            continue;
        }
        const std::size_t which = random() % held.size();
        rig.use(held[which], i);
        const auto used = rig.queue.take_used();
        REQUIRE(used);
        REQUIRE(*used);
        REQUIRE((*used)->head == held[which]);
        REQUIRE((*used)->written == i);
        held.erase(held.begin() + static_cast<std::ptrdiff_t>(which));
        REQUIRE(rig.queue.free() == 8 - 3 * held.size());
    }
    while (held.size() < 2) held.push_back(*rig.queue.add(three));
    CHECK_FALSE(rig.queue.add(three));
    CHECK(rig.queue.add(std::span(three).first(2)));
    CHECK_FALSE(rig.queue.add(std::span(three).first(1)));
}

TEST_CASE("the device says whether it wants to be kicked") {
    Rig rig(8);
    write_memory<std::uint16_t>(rig.memory.data() + rig.queue.layout().used().count, std::uint16_t{1});
    REQUIRE(rig.queue.add(three));
    CHECK_FALSE(rig.queue.publish());
}

TEST_CASE("what the device was not given it cannot give back") {
    const auto refusal = [](Rig& rig) {
        const auto used = rig.queue.take_used();
        REQUIRE_FALSE(used);
        return used.error().message;
    };
    Rig rig(8);
    CHECK_FALSE(*rig.queue.take_used());
    rig.use(1000, 0);
    CHECK(refusal(rig) ==
          "the device gives back request 1000 of a virtqueue of 8 descriptors (used index 1, 0 seen), which "
          "it was not given");
    Rig middle(8);
    const auto head = middle.queue.add(three);
    middle.use(*head + 1u, 0);  // in the middle of the chain
    CHECK(refusal(middle).starts_with("the device gives back request 1 "));
    Rig twice(8);
    const auto once = *twice.queue.add(three);
    twice.use(once, 0);
    REQUIRE(*twice.queue.take_used());
    twice.use(once, 0);
    CHECK(refusal(twice).starts_with("the device gives back request 0 "));
    Rig ahead(8);
    REQUIRE(ahead.queue.add(three));
    for (int i = 0; i != 9; ++i) ahead.use(0, 0);
    CHECK(refusal(ahead).find("used index 9, 0 seen") != std::string::npos);
}

TEST_CASE("after a restart nothing is on its way") {
    Rig rig(8);
    REQUIRE(rig.queue.add(three));
    (void)rig.queue.publish();
    rig.queue.restart();
    CHECK(rig.queue.free() == 8);
    CHECK(rig.available_index() == 0);
    CHECK_FALSE(*rig.queue.take_used());
}
