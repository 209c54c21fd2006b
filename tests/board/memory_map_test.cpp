#include <catch2/catch.hpp>

#include <boost/hana/at.hpp>

#include <wirewrap/board/memory_map.hpp>

#include "tests/board/devices.hpp"

using namespace wirewrap;
using namespace wirewrap::literals;
using namespace wirewrap::test;

namespace {

constexpr auto map = memory_map(rom<"boot">(at(0x0), 64_KiB), device<"uart0", Source>(at(0x1000'0000), 256_B),
                                overlay(ram_block<"frame">(at(0x2000'0000), 1_MiB)));
static_assert(map.size() == 3 && map.regions().size() == 3);
static_assert(map.regions()[1].name == "uart0" && map.regions()[2].overlay);
static_assert(
    std::same_as<std::remove_cvref_t<decltype(boost::hana::at_c<1>(map.entries))>::device_type, Source>);
static_assert(memory_map().size() == 0 && memory_map().regions().empty());

}  // namespace

TEST_CASE("the flat table has the entries in the order of the declaration") {
    const auto regions = map.regions();
    CHECK(regions[0].name == "boot");
    CHECK(regions[0].range == Interval{at(0x0), 64_KiB});
    CHECK(regions[1].kind == RegionKind::device);
    CHECK(regions[2].range.base == at(0x2000'0000));
}
