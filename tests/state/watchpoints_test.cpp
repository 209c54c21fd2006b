#include <wirewrap/state/watchpoints.hpp>

#include <catch2/catch.hpp>

#include <memory>
#include <utility>
#include <vector>

#include <wirewrap/machine/machine.hpp>

#include "tests/machine/boards.hpp"

using namespace boards_under_test;
using state::WatchHit;
using state::Watchpoints;

namespace {
using Watched = Machine<Bench, hostmem::Anonymous, Watchpoints>;
constexpr std::uint64_t ram = 0x8000'0000;
}  // namespace

TEST_CASE("A watchpoint notices the accesses it was asked to notice, and no others") {
    auto machine = Watched::create().value();
    auto& watch = machine.policy<Watchpoints>();
    REQUIRE(machine.store<std::uint8_t>(at(ram), 1));  // nothing is watched yet
    const std::size_t stores = watch.add({at(ram + 0x1000), 16_B}, {.store = true});
    const std::size_t loads = watch.add({at(ram + 0x1008), 4_B}, {.load = true});
    const std::size_t code = watch.add({at(ram + 0x2000), 2_B}, {.fetch = true});

    REQUIRE(machine.store<std::uint32_t>(at(ram + 0x0ffc), 1));
    REQUIRE(machine.store<std::uint8_t>(at(ram + 0x1010), 1));
    REQUIRE(machine.load<std::uint64_t>(at(ram + 0x1000)));
    REQUIRE(machine.load<std::uint32_t>(at(ram + 0x2000)));
    CHECK(watch.hits().empty());

    REQUIRE(machine.store<std::uint32_t>(at(ram + 0x0ffd), 1));  // its last byte
    REQUIRE(machine.store<std::uint8_t>(at(ram + 0x100f), 1));   // the first byte of the last
    REQUIRE(machine.load<std::uint64_t>(at(ram + 0x1001)));
    REQUIRE(machine.fetch<std::uint16_t>(at(ram + 0x2000)));
    CHECK(watch.hits() == std::vector<WatchHit>{{stores, Access::store, at(ram + 0x0ffd), 4_B},
                                                {stores, Access::store, at(ram + 0x100f), 1_B},
                                                {loads, Access::load, at(ram + 0x1001), 8_B},
                                                {code, Access::fetch, at(ram + 0x2000), 2_B}});
    watch.forget_hits();
    watch.remove(stores);
    REQUIRE(machine.store<std::uint8_t>(at(ram + 0x1000), 1));
    CHECK(watch.hits().empty());
    REQUIRE(machine.load<std::uint8_t>(at(ram + 0x1008)));
    CHECK(watch.hits().size() == 1);
}

TEST_CASE("Registers of devices and memory that is handed out can be watched too") {
    auto machine = Watched::create().value();
    auto& watch = machine.policy<Watchpoints>();
    watch.add({at(0x1000'0004), 4_B}, {.load = true, .store = true});
    watch.add({at(ram + 0x100), 1_B}, {.store = true});
    REQUIRE(machine.store<std::uint32_t>(at(0x1000'0004), 1));
    REQUIRE(machine.load<std::uint16_t>(at(0x1000'0006)));
    REQUIRE_FALSE(machine.store<std::uint8_t>(at(0x1000'0004), 1));  // faults: it takes 2 and 4 bytes
    REQUIRE_FALSE(machine.ram_span(at(ram), 4_KiB).empty());
    REQUIRE_FALSE(machine.ram_span(at(ram + 0x101), 4_KiB).empty());
    CHECK(watch.hits() == std::vector<WatchHit>{{0, Access::store, at(0x1000'0004), 4_B},
                                                {0, Access::load, at(0x1000'0006), 2_B},
                                                {1, Access::store, at(ram), 4_KiB}});
}

TEST_CASE("The ends of the address space") {
    Watchpoints watch;
    watch.accessed(Access::load, at(0), 8);
    watch.add({at(0), 1_B}, {.load = true});
    watch.add({at(~std::uint64_t{0}), 1_B}, {.load = true});
    watch.accessed(Access::load, at(0), 1);
    watch.accessed(Access::load, at(~std::uint64_t{0} - 7), 8);
    watch.accessed(Access::load, at(1), 8);
    CHECK(watch.hits().size() == 2);
}

TEST_CASE("A long access that begins far before a watched byte hits") {
    Watchpoints watch;
    watch.add({at(0x1000), 4_B}, {.store = true});
    watch.accessed(Access::store, at(0xff0), 8);
    watch.accessed(Access::store, at(0x2000), 64);
    CHECK(watch.hits().empty());
    watch.accessed(Access::store, at(0xff0), 64);  // as a master of the bus copies
    CHECK(watch.hits() == std::vector<WatchHit>{{0, Access::store, at(0xff0), 64_B}});
}

TEST_CASE("Hits go to a function where there is one, and are counted where there is no more room") {
    auto machine = Watched::create().value();
    auto& watch = machine.policy<Watchpoints>();
    watch.add({at(ram), 1_B}, {.store = true});
    std::vector<WatchHit> heard;
    watch.on_hit([&](const WatchHit& hit) { heard.push_back(hit); });
    REQUIRE(machine.store<std::uint8_t>(at(ram), 1));
    CHECK(heard == std::vector<WatchHit>{{0, Access::store, at(ram), 1_B}});
    CHECK(watch.hits().empty());
    watch.on_hit({});
    for (std::size_t i = 0; i != Watchpoints::kept_hits + 3; ++i)
        REQUIRE(machine.store<std::uint8_t>(at(ram), 1));
    CHECK(watch.hits().size() == Watchpoints::kept_hits);
    CHECK(watch.unkept_hits() == 3);
}

TEST_CASE("Who is called may take watchpoints away, add some, and send others in his place") {
    auto machine = Watched::create().value();
    auto& watch = machine.policy<Watchpoints>();
    std::vector<std::size_t> called;
    const auto store = [&] { REQUIRE(machine.store<std::uint32_t>(at(ram + 0x1000), 1)); };
    const auto add = [&] { return watch.add({at(ram + 0x1000), 4_B}, {.store = true}); };
    const std::size_t first = add(), second = add(), third = add();
    SECTION("each hit is the last of its watchpoint") {
        watch.on_hit([&](const WatchHit& hit) {
            called.push_back(hit.watchpoint);
            watch.remove(hit.watchpoint);
        });
        store();
        CHECK(called == std::vector<std::size_t>{first, second, third});
        store();
        CHECK(called.size() == 3);
        CHECK_FALSE(watch.wants_accesses());
    }
    SECTION("watchpoints that are still to be told") {
        watch.on_hit([&](const WatchHit& hit) {
            called.push_back(hit.watchpoint);
            watch.remove(second);
        });
        store();
        CHECK(called == std::vector<std::size_t>{first, third});
    }
    SECTION("one that is added has not seen the access") {
        watch.on_hit([&](const WatchHit& hit) {
            called.push_back(hit.watchpoint);
            if (called.size() < 100) add();
        });
        store();
        CHECK(called == std::vector<std::size_t>{first, second, third});
    }
    SECTION("whoever is called lives until he is back") {
        auto mine = std::make_shared<int>(0);
        const std::weak_ptr<int> alive = mine;
        watch.on_hit([&watch, &called, &alive, mine = std::move(mine)](const WatchHit& hit) {
            called.push_back(hit.watchpoint);
            watch.on_hit(nullptr);
            CHECK_FALSE(alive.expired());
        });
        store();
        CHECK(alive.expired());
        CHECK(called == std::vector<std::size_t>{first});
        CHECK(watch.hits().size() == 2);  // of the other two
    }
}
