#include <wirewrap/machine/machine.hpp>

#include <catch2/catch.hpp>

#include <vector>

#include "boards.hpp"

using namespace boards_under_test;

namespace {

struct Stores {
    void ram_stored(Bytes offset, std::size_t width) { seen.push_back({offset, width}); }
    std::vector<std::pair<Bytes, std::size_t>> seen;
};
struct Trace {
    void accessed(Access access, GuestAddress address, std::size_t width) {
        seen.push_back({access, address, width});
    }
    struct Entry {
        Access access;
        GuestAddress address;
        std::size_t width;
        friend bool operator==(const Entry&, const Entry&) = default;
    };
    std::vector<Entry> seen;
};
struct Nothing {};

}  // namespace

TEST_CASE("Policies hear of every access, by the offset in the block") {
    auto machine = Machine<Bench, hostmem::Anonymous, Stores, Trace, Nothing>::create().value();
    auto& stores = machine.policy<Stores>().seen;
    auto& trace = machine.policy<Trace>().seen;
    REQUIRE(machine.store<std::uint32_t>(at(0x8000'0010), 1));
    REQUIRE(machine.store<std::uint16_t>(at(0xc000'0020), 1));  // mirror of offset 1 MiB
    REQUIRE(machine.load<std::uint64_t>(at(0x8000'0010)));
    REQUIRE(machine.fetch<std::uint16_t>(at(0x0)));
    REQUIRE(machine.store<std::uint32_t>(at(0x1000'0000), 1));
    REQUIRE_FALSE(machine.load<std::uint8_t>(at(0x7000'0000)));
    REQUIRE(machine.ram_span(at(0x8000'1000), 4_KiB).size() == 4096);

    using Stored = std::pair<Bytes, std::size_t>;
    CHECK(stores == std::vector<Stored>{{16_B, 4}, {1_MiB + 32_B, 2}, {4_KiB, 4096}});
    CHECK(trace == std::vector<Trace::Entry>{{Access::store, at(0x8000'0010), 4},
                                             {Access::store, at(0xc000'0020), 2},
                                             {Access::load, at(0x8000'0010), 8},
                                             {Access::fetch, at(0x0), 2},
                                             {Access::store, at(0x1000'0000), 4}});
}

TEST_CASE("A policy without hooks takes no space") {
    STATIC_REQUIRE(sizeof(Machine<Bench, hostmem::Anonymous>) ==
                   sizeof(Machine<Bench, hostmem::Anonymous, Nothing>));
}

TEST_CASE("A direct window is main RAM that nobody watches") {
    auto machine = Machine<Bench, hostmem::Anonymous, Nothing>::create().value();
    STATIC_REQUIRE(GivesDirectWindow<decltype(machine)>);
    const DirectWindow window = machine.direct_window();
    CHECK(window.base == at(0x8000'0000));
    CHECK(window.size == machine.ram_windows()[0].size);
    REQUIRE(machine.store<std::uint8_t>(at(0x8000'0007), 9));
    CHECK(window.memory[7] == std::byte{9});
    auto watched = Machine<Bench, hostmem::Anonymous, Stores>::create().value();
    CHECK(watched.direct_window().size == 0_B);
    auto traced = Machine<Bench, hostmem::Anonymous, Trace>::create().value();
    CHECK(traced.direct_window().size == 0_B);
}
