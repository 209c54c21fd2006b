#include <wirewrap/state/access_trace.hpp>

#include <catch2/catch.hpp>

#include <vector>

#include <wirewrap/machine/machine.hpp>

#include "tests/machine/boards.hpp"

using namespace boards_under_test;
using state::AccessTrace;
using state::TracedAccess;

TEST_CASE("The last accesses are kept, oldest first") {
    using Trace = AccessTrace<4>;
    auto machine = Machine<Bench, hostmem::Anonymous, Trace>::create().value();
    auto& trace = machine.policy<Trace>();
    CHECK(trace.last().empty());
    REQUIRE(machine.store<std::uint32_t>(at(0x8000'0000), 1));
    REQUIRE(machine.load<std::uint16_t>(at(0x1000'0000)));
    REQUIRE_FALSE(machine.load<std::uint16_t>(at(0x7000'0000)));
    CHECK(trace.last() ==
          std::vector<TracedAccess>{{at(0x8000'0000), 4, Access::store}, {at(0x1000'0000), 2, Access::load}});
    for (std::uint64_t i = 0; i != 5; ++i) REQUIRE(machine.fetch<std::uint16_t>(at(0x8000'0000 + 2 * i)));
    REQUIRE_FALSE(machine.ram_span(at(0x8000'1000), 8_B).empty());
    CHECK(trace.count() == 8);
    CHECK(trace.last(2) == std::vector<TracedAccess>{{at(0x8000'0008), 2, Access::fetch},
                                                     {at(0x8000'1000), 0, Access::store}});
    CHECK(trace.last().size() == 4);
}

TEST_CASE("A long access is told from memory that is handed out") {
    AccessTrace<4> trace;
    trace.accessed(Access::store, at(0x8000'0000), 256);
    trace.accessed(Access::load, at(0x8000'0000), 4096 + 4);
    CHECK(trace.last() == std::vector<TracedAccess>{{at(0x8000'0000), 256, Access::store},
                                                    {at(0x8000'0000), 4100, Access::load}});
    static_assert(sizeof(TracedAccess) == 16);
}
