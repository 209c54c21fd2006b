// Reservations: which stores end them.
#include <catch2/catch.hpp>

#include <array>

#include <wirewrap/base/reservations.hpp>

using namespace wirewrap;

TEST_CASE("a store to one of the bytes ends a reservation, one beside it does not") {
    std::array<std::byte, 32> memory{};
    std::byte* const word = memory.data() + 8;
    Reservations all;
    Reservation one, other;
    all.add(one), all.add(other);
    const auto ends = [&](std::ptrdiff_t from, std::size_t width) {
        one.hold(word, 4);
        all.stored(word + from, width);
        return !one.held();
    };
    CHECK(ends(0, 4));
    CHECK(ends(3, 1));
    CHECK(ends(-8, 9));
    CHECK(ends(-8, 24));
    CHECK(!ends(-8, 8));
    CHECK(!ends(4, 8));
    CHECK(!ends(-1, 1));
    one.hold(word, 4), other.hold(word, 4);
    CHECK(all.held_besides(one));
    all.stored(word, 4, &one);
    CHECK(one.held());
    CHECK(!other.held());
    CHECK(!all.held_besides(one));
    CHECK(all.held_besides(other));
}

TEST_CASE("harts come and go, and stay with their memory") {
    std::array<std::byte, 8> memory{};
    Reservations all;
    Reservation first, last;
    all.add(first);
    CHECK(!all.shared());
    {
        Reservation middle;
        all.add(middle), all.add(last);
        CHECK(all.shared());
        middle.hold(memory.data(), 8);
        CHECK(all.held_besides(first));
        all.remove(middle);
    }
    CHECK(!all.held_besides(first));
    first.hold(memory.data(), 8);
    Reservations copy(all);
    copy.stored(memory.data(), 8);
    CHECK(first.held());
    all.remove(last), all.remove(first), all.remove(first);
    all.stored(memory.data(), 8);
    CHECK(first.held());
    CHECK(!all.shared());
}

TEST_CASE("what is not known by its memory is ended by nobody") {
    Reservations all;
    Reservation one;
    all.add(one);
    one.hold(nullptr, 4);
    std::byte other{};
    all.stored(&other, 1);
    CHECK(one.held());
    one.end();
    CHECK(!one.held());
}
