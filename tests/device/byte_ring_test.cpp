#include <catch2/catch.hpp>

#include <wirewrap/device/byte_ring.hpp>

using namespace wirewrap;

TEST_CASE("a ring gives bytes back in order and refuses when it is full") {
    ByteRing<4> ring;
    CHECK(ring.empty());
    for (std::uint8_t byte : {1, 2, 3, 4}) CHECK(ring.push(byte));
    CHECK_FALSE(ring.push(5));
    CHECK(ring.size() == 4);
    CHECK(ring.room() == 0);
    for (std::uint8_t byte : {1, 2, 3, 4}) CHECK(ring.pop() == byte);
    CHECK(ring.empty());
}

TEST_CASE("a ring keeps its order while it wraps around") {
    ByteRing<4> ring;
    std::uint8_t in = 0, out = 0;
    for (int round = 0; round != 1000; ++round) {
        while (ring.push(in)) ++in;
        CHECK(ring.pop() == out++);
        if (round % 3 == 0) CHECK(ring.pop() == out++);
    }
    ring.clear();
    CHECK(ring.empty());
    CHECK(ring.room() == 4);
}
