#include <wirewrap/state/marked_pages.hpp>

#include <catch2/catch.hpp>

#include <utility>
#include <vector>

#include <wirewrap/machine/machine.hpp>

#include "tests/machine/boards.hpp"

using namespace boards_under_test;
using state::DirtyPage;
using state::MarkedPages;

namespace {

template <class Policy>
std::vector<DirtyPage> taken(Policy& policy, std::size_t client = 0) {
    std::vector<DirtyPage> pages;
    const std::size_t count = policy.take(client, [&](DirtyPage page) { pages.push_back(page); });
    CHECK(count == pages.size());
    return pages;
}

template <class Policy>
std::vector<std::size_t> marked(const Policy& policy) {
    std::vector<std::size_t> pages;
    for (std::size_t i = 0; i != policy.marks().size(); ++i)
        if (policy.marks()[i] != 0) pages.push_back(i);
    return pages;
}

using Numbers = std::vector<std::size_t>;

}  // namespace

TEST_CASE("A mark says that every client has the page") {
    auto machine = Machine<Bench, hostmem::Anonymous, MarkedPages<2>>::create().value();
    auto& pages = machine.policy<MarkedPages<2>>();
    CHECK(pages.marks().size() == 64_MiB / 4_KiB);
    CHECK(marked(pages).empty());
    REQUIRE(machine.store<std::uint32_t>(at(0x8000'5000), 1));
    REQUIRE(machine.store<std::uint64_t>(at(0x8000'8ffd), 1));
    CHECK(marked(pages) == Numbers{5, 8, 9});
    CHECK(taken(pages, 1) == std::vector<DirtyPage>{{0, 20_KiB}, {0, 32_KiB}, {0, 36_KiB}});
    CHECK(marked(pages).empty());  // client 1 wants to hear of the next store
    REQUIRE(machine.store<std::uint32_t>(at(0x8000'9000), 1));
    CHECK(marked(pages) == Numbers{9});
    CHECK(taken(pages, 0).size() == 3);
    CHECK(taken(pages, 1) == std::vector<DirtyPage>{{0, 36_KiB}});
    CHECK(marked(pages).empty());

    REQUIRE(machine.store<std::uint32_t>(at(0x8000'5000), 1));
    pages.forget(0);
    CHECK(marked(pages).empty());
    CHECK(taken(pages, 0).empty());
    CHECK(taken(pages, 1) == std::vector<DirtyPage>{{0, 20_KiB}});

    REQUIRE(machine.store<std::uint8_t>(at(0x2'1000), 1));  // another block
    CHECK(marked(pages).empty());
    CHECK(taken(pages) == std::vector<DirtyPage>{{2, 4_KiB}});
}

TEST_CASE("What is handed out is taken each time, and is marked by stores alone") {
    auto machine = Machine<Bench, hostmem::Anonymous, MarkedPages<>>::create().value();
    auto& pages = machine.policy<MarkedPages<>>();
    const auto span = machine.ram_span(at(0x8000'1000), 16_B);
    CHECK(taken(pages) == std::vector<DirtyPage>{{0, 4_KiB}});
    CHECK(marked(pages).empty());
    REQUIRE(machine.store<std::uint32_t>(at(0x8000'1000), 1));
    CHECK(taken(pages) == std::vector<DirtyPage>{{0, 4_KiB}});
    machine.give_back(span);
    CHECK(taken(pages).size() == 1);
    CHECK(taken(pages).empty());
    CHECK(marked(pages).empty());
}

TEST_CASE("Harts have to ask until somebody promises that they look, and marks stay where they are when a "
          "machine moves") {
    auto machine = Machine<Bench, hostmem::Anonymous, MarkedPages<>>::create().value();
    CHECK(machine.watches_accesses());
    machine.policy<MarkedPages<>>().harts_look();
    CHECK_FALSE(machine.watches_accesses());
    const auto* const marks = machine.policy<MarkedPages<>>().marks().data();
    auto moved = std::move(machine);
    CHECK(moved.policy<MarkedPages<>>().marks().data() == marks);
    REQUIRE(moved.store<std::uint8_t>(at(0x83ff'ffff), 1));
    CHECK(marked(moved.policy<MarkedPages<>>()) == Numbers{64_MiB / 4_KiB - 1});
}
